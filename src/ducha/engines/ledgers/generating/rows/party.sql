-- 行政相对人: six in ten are companies, two shops, two people; the same party has the same name and code everywhere.
-- Only who has a code can have a wrong one.
parties AS (SELECT * REPLACE (CASE WHEN fate = 'code_wrong' THEN p - p % 10 ELSE p END AS p) FROM seed),
party_bodies AS (
    SELECT *, p % 10 AS party_class, (p * 7654321 + 12345) % 887503681 AS body,
        '4198' || ['02', '21', '24', '27'][p % 4 + 1]
            || strftime(DATE '1960-01-01' + CAST(mix(p, 77) % 14000 AS INTEGER), '%Y%m%d')
            || lpad(CAST(mix(p, 78) % 1000 AS VARCHAR), 3, '0') AS identity17
    FROM parties
),
party_organisations AS (
    SELECT *, 'MA' || sign31(body % 31) || sign31(body // 31 % 31) || sign31(body // 961 % 31)
        || sign31(body // 29791 % 31) || sign31(body // 923521 % 31) || sign31(body // 28629151 % 31) AS organisation
    FROM party_bodies
),
party_codes AS (
    SELECT *, CASE WHEN party_class < 6 THEN '91' ELSE '92' END || ['419802', '419821', '419824', '419827'][p % 4 + 1]
        || organisation || organisation_check(organisation) AS code17
    FROM party_organisations
),
party AS (
    SELECT *,
        CASE WHEN party_class < 6 THEN '法人及非法人组织' WHEN party_class < 8 THEN '个体工商户' ELSE '自然人' END AS party_kind,
        CASE WHEN party_class < 6 THEN of_more_words(p // 40) || of_words(p) || of_trades(p // 1600) || of_forms(p // 48000)
            WHEN party_class < 8 THEN of_more_words(p // 40) || of_words(p) || of_trades(p // 1600) || of_shops(p // 48000)
            ELSE of_surnames(p) || of_given(p // 28) END AS party_name,
        CASE WHEN party_class < 8 THEN CASE WHEN fate = 'code_wrong'
            THEN code17 || sign31((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', uscc_check(code17)) + a % 29) % 31)
            ELSE code17 || uscc_check(code17) END END AS uscc,
        CASE WHEN party_class < 8 THEN of_surnames(p // 7) || of_given(p // 3) END AS legal_representative,
        CASE WHEN party_class >= 8 THEN '身份证' END AS identity_kind,
        CASE WHEN party_class >= 8 THEN identity17 || identity_check(identity17) END AS identity_number
    FROM party_codes
)
