SELECT u, fate, place,
    certificate(u, j) AS certificate_number,
    of_surnames(a) || of_given(b) AS name,
    CASE j WHEN 1 THEN DATE '2020-07-01' WHEN 4 THEN NULL
        ELSE CASE WHEN j = 2 THEN DATE '2012-06-01' ELSE DATE '2014-03-01' + CAST(c % 1700 AS INTEGER) END END AS issued_on,
    CASE j WHEN 0 THEN DATE '2020-06-30' WHEN 2 THEN DATE '2018-12-31' WHEN 5 THEN NULL
        ELSE DATE '2023-01-01' + CAST(d % 900 AS INTEGER) END AS expires_on,
    CASE WHEN j = 3 THEN ['注销', '吊销', '暂扣'][u % 3 + 1] WHEN e % 9 = 0 THEN NULL
        ELSE ['有效', '正常', '在用'][u % 3 + 1] END AS certificate_state,
    ['行政处罚', '综合执法', '行政检查', '行政强制'][c % 4 + 1] AS category,
    CASE WHEN j BETWEEN 2 AND 3 OR j BETWEEN $special AND $special - 1 + reviewers_of(u) THEN true
        WHEN e % 8 > 0 THEN false END AS is_legal_reviewer,
    CASE WHEN j BETWEEN $special AND $special - 1 + reviewers_of(u)
        THEN 'A' || 2008 + d % 12 || '4198' || lpad(CAST(place AS VARCHAR), 7, '0') END AS qualification_number
FROM seed
