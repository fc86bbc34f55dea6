applied AS (
    SELECT *, CASE WHEN fate IS NOT NULL THEN least(spread_day(y, j, n), make_date(y, 11, 30)) ELSE spread_day(y, j, n) END
            AS applied_on,
        1 + CAST(b % 5 AS INTEGER) AS days, CAST(c % 4 AS INTEGER) AS step
    FROM party
),
ended AS (
    SELECT *, CASE
            WHEN fate = 'edge' THEN deadline(applied_on, 5)
            WHEN fate = 'over' THEN deadline(applied_on, 5) + 1
            WHEN fate = 'late' THEN deadline(applied_on, 5) + 2 + CAST(d % 20 AS INTEGER)
            ELSE known(deadline(applied_on, days)) END AS ended_on
    FROM applied
)
SELECT u, fate, place,
    unit_region(u) || y || lpad(CAST(j + 1 AS VARCHAR), 7, '0') AS application_number,
    CASE WHEN party_class < 8 THEN party_name ELSE '青岚' || party_name || '商务服务有限公司' END AS party_name,
    code17 || uscc_check(code17) AS uscc,
    applied_on,
    CASE WHEN fate = 'never' AND step = 0 THEN NULL WHEN step = 0 THEN ended_on ELSE known(deadline(applied_on, 1)) END
        AS approved_on,
    CASE WHEN fate = 'never' AND step = 1 THEN NULL WHEN step = 1 THEN ended_on ELSE known(deadline(applied_on, 1)) END
        AS sealed_on,
    CASE WHEN fate = 'never' AND step = 2 THEN NULL WHEN step = 2 THEN ended_on
        ELSE known(deadline(applied_on, least(days, 2))) END AS taxed_on,
    CASE WHEN fate = 'never' AND step = 3 THEN NULL WHEN step = 3 THEN ended_on
        ELSE known(deadline(applied_on, least(days, 3))) END AS insured_on,
    e % 3 > 0 AS is_single_window
FROM ended
