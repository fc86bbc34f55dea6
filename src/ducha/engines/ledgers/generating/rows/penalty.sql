numbered AS (
    SELECT *, CASE WHEN fate = 'twin' AND j > 0 THEN j ELSE j + 1 END AS serial,
        unit_short(u) || '罚决字〔' || y || '〕' AS stem,
        $special + a % (officers_of(u) - $special) AS first_officer,
        $special + (a % (officers_of(u) - $special) + 1 + b % (officers_of(u) - $special - 1)) % (officers_of(u) - $special)
            AS second_officer,
        unit_field(u) * 4 + a % 4 AS offence,
        DATE '2021-07-15' + CAST(a % 70 AS INTEGER) AS filed_lately
    FROM party
),
decided AS (
    SELECT *,
        CASE
            WHEN fate IN ('filed_edge', 'filed_over')
                THEN deadline_days(filed_lately, 90)
                    + CASE WHEN fate = 'filed_over' THEN 1 + CAST(b % 2 * 9 AS INTEGER) ELSE 0 END
            WHEN fate IN ('pub_edge', 'pub_over', 'serve_edge', 'serve_over') AND b % 2 = 0 THEN eve_of_holiday(y)
            WHEN fate LIKE 'pub_%' OR fate LIKE 'serve_%'
                THEN least(spread_day(y, j, n), make_date(y, 11, 30))
            WHEN fate LIKE 'down_%' THEN next_working_day(DATE '2021-07-15' + CAST(a % 100 AS INTEGER))
            WHEN fate IN ('cert_edge', 'early_over') THEN DATE '2020-06-30'
            WHEN fate IN ('cert_over', 'early_edge') THEN DATE '2020-07-01'
            WHEN y = $future THEN spread_day(y, 50 + j, n + 150)
            -- The police also decide at weekends.
            WHEN unit_field(u) = 0 AND fate IS NULL AND c % 9 = 0 THEN least(spread_day(y, j, n) + 1, make_date(y, 12, 31))
            ELSE spread_day(y, j, n)
        END AS decided_on
    FROM numbered
),
revoked AS (
    SELECT *,
        fate IN ('rev_none', 'rev_after', 'rev_refused', 'rev_edge') OR (fate = 'rec_none') OR d % 12 = 0 AS major,
        fate = 'rec_unheard' OR d % 36 IN (0, 5) AS heard,
        CASE WHEN fate LIKE 'down_%' THEN decided_on + 10 + CAST(b % 20 AS INTEGER)
            WHEN fate = 'revoked_soon' THEN decided_on - 3 - CAST(b % 9 AS INTEGER)
            WHEN fate IS NULL AND d % 67 = 0 THEN known(decided_on + 20 + CAST(b % 30 AS INTEGER)) END AS revoked_on,
        CASE WHEN fate = 'fine_edge' THEN 100000000.00
            WHEN fate = 'fine_over' THEN 100000000.01 + b % 9 * 5000000
            WHEN fate = 'fine_minus' THEN -200.00 - b % 9 * 100
            WHEN b % 10 = 0 THEN NULL
            ELSE [200, 500, 1000, 2000, 5000, 10000, 20000, 50000][b % 8 + 1] + c % 40 * 50 + (c % 97 = 0)::INTEGER * 0.5
        END::DECIMAL(18,2) AS fine
    FROM decided
)
SELECT u, CASE WHEN fate <> 'twin' OR j > 0 THEN fate END AS fate, place,
    stem || serial || '号' AS document_number,
    party_name || breach(offence) || '案' AS title,
    party_kind, party_name, uscc, identity_kind, identity_number, legal_representative,
    breach(offence) AS violation,
    strftime(decided_on - 90, '%-m月%-d日') || '检查发现，当事人' || facts(offence) AS facts,
    basis(offence) AS basis,
    CASE WHEN fine IS NULL THEN '警告' WHEN c % 11 = 0 THEN '罚款;没收违法所得、没收非法财物' ELSE '罚款' END AS category,
    CASE WHEN fine IS NULL THEN '给予警告' ELSE '罚款' || fine || '元' END AS content,
    fine,
    CASE WHEN c % 11 = 0 AND fine IS NOT NULL THEN 100 + d % 900 END::DECIMAL(18,2) AS confiscated,
    decided_on,
    DATE '2099-12-31' AS valid_until,
    decided_on + 365 * (1 + CAST(c % 3 // 2 AS INTEGER) * 2) AS publish_until,
    unit_uscc(u) AS authority_uscc,
    CASE WHEN revoked_on IS NULL THEN '有效' ELSE '撤销' END AS status,
    CASE WHEN d % 50 = 0 THEN '已缴清' END AS remark,
    CASE
        WHEN fate IN ('filed_edge', 'filed_over') THEN filed_lately
        WHEN fate = 'filed_after' THEN decided_on + 1 + CAST(b % 9 AS INTEGER)
        WHEN fate = 'filed_long' THEN decided_on - 120 - CAST(b % 60 AS INTEGER)
        WHEN d % 20 = 1 THEN NULL
        ELSE decided_on - 5 - CAST(b % 80 AS INTEGER)
    END AS filed_on,
    CASE WHEN fate IN ('filed_edge', 'filed_over') THEN '普通程序'
        WHEN fate = 'filed_long' THEN ['简易程序', '当场处罚'][c % 2 + 1]
        WHEN e % 20 < 14 THEN '普通程序' WHEN e % 20 < 19 THEN '简易程序' END AS procedure,
    coalesce(major, false) AS is_major,
    CASE WHEN fate = 'rev_none' OR NOT coalesce(major, false) THEN NULL
        WHEN fate = 'rev_after' THEN decided_on + 1
        WHEN fate = 'rev_edge' THEN decided_on
        ELSE decided_on - CAST(c % 5 AS INTEGER) END AS reviewed_on,
    CASE WHEN fate = 'rev_none' OR NOT coalesce(major, false) THEN NULL
        ELSE of_surnames(u + b % 3) || of_given(u + c % 3) END AS reviewer,
    CASE WHEN fate = 'rev_none' OR NOT coalesce(major, false) THEN NULL
        WHEN fate = 'rev_refused' THEN ['不通过', '退回补充调查'][c % 2 + 1]
        ELSE ['通过', '同意', '审核通过', '合法', '同意处罚'][c % 5 + 1] END AS review_opinion,
    coalesce(heard, false) AS is_heard,
    CASE fate WHEN 'lapsed' THEN certificate(u, 2) ELSE certificate(u, first_officer) END AS officer1,
    CASE fate
        WHEN 'same' THEN certificate(u, first_officer)
        WHEN 'alone' THEN NULL
        WHEN 'unknown' THEN certificate(u, 90000 + c % 1000)
        WHEN 'struck' THEN certificate(u, 3)
        WHEN 'joint' THEN certificate((u = 0)::INTEGER, $special)
        WHEN 'cert_edge' THEN certificate(u, 0)
        WHEN 'cert_over' THEN certificate(u, 0)
        WHEN 'early_edge' THEN certificate(u, 1)
        WHEN 'early_over' THEN certificate(u, 1)
        ELSE certificate(u, second_officer)
    END AS officer2,
    CASE
        WHEN fate = 'pub_edge' THEN deadline(decided_on, 7)
        WHEN fate = 'pub_over' THEN deadline(decided_on, 7) + 1
        WHEN fate = 'pub_late' THEN deadline(decided_on, 7) + 2 + CAST(b % 24 AS INTEGER)
        WHEN fate = 'secret_late' THEN known(deadline(decided_on, 7) + 9)
        WHEN fate IN ('pub_never', 'secret') THEN NULL
        ELSE known(deadline(decided_on, CAST(1 + e % 7 AS INTEGER)))
    END AS published_on,
    CASE WHEN fate IN ('pub_never', 'secret') THEN NULL
        ELSE 'https://credit.qinglan.example/penalty/' || unit_region(u) || '/' || place END AS published_at,
    CASE WHEN fate LIKE 'secret%' THEN ['涉及未成年人', '涉及国家秘密', '涉及个人隐私'][c % 3 + 1] END AS nondisclosure_reason,
    CASE
        WHEN fate = 'serve_edge' THEN deadline(decided_on, 7)
        WHEN fate = 'serve_over' THEN deadline(decided_on, 7) + 1
        WHEN fate = 'serve_never' THEN NULL
        WHEN fate = 'served_soon' THEN decided_on - 1 - CAST(b % 5 AS INTEGER)
        ELSE known(deadline(decided_on, CAST(1 + d % 7 AS INTEGER)))
    END AS served_on,
    CASE WHEN coalesce(fate, '') NOT IN ('rec_none', 'rec_unheard') AND (coalesce(major, false) OR coalesce(heard, false) OR c % 4 = 0)
        THEN 'YX' || y || lpad(CAST(j + 1 AS VARCHAR), 7, '0') END AS recording_number,
    revoked_on,
    CASE WHEN fate = 'down_edge' OR fate = 'revoked_soon' THEN deadline(revoked_on, 3)
        WHEN fate = 'down_over' THEN deadline(revoked_on, 3) + 1
        WHEN fate = 'down_never' THEN NULL
        ELSE known(deadline(revoked_on, CAST(1 + c % 3 AS INTEGER))) END AS taken_down_on
FROM revoked
