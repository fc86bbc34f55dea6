numbered AS (
    SELECT *, $special + a % (officers_of(u) - $special) AS first_officer,
        $special + (a % (officers_of(u) - $special) + 1 + b % (officers_of(u) - $special - 1)) % (officers_of(u) - $special)
            AS second_officer,
        CASE WHEN fate IN ('pub_edge', 'pub_over') AND b % 2 = 0 THEN eve_of_holiday(y)
            WHEN fate LIKE 'pub_%' THEN least(spread_day(y, j, n), make_date(y, 11, 8))
            ELSE spread_day(y, j, n) END AS inspected_on
    FROM party
)
SELECT u, fate, place,
    unit_short(u) || '检字〔' || y || '〕' || j + 1 || '号' AS record_number,
    CASE WHEN c % 3 > 0 THEN y || '年第' || 1 + c % 12 || '批' END AS draw_batch,
    party_name, uscc,
    CASE fate WHEN 'lapsed' THEN certificate(u, 2) ELSE certificate(u, first_officer) END AS officer1,
    CASE fate
        WHEN 'same' THEN certificate(u, first_officer)
        WHEN 'alone' THEN NULL
        WHEN 'unknown' THEN certificate(u, 90000 + c % 1000)
        WHEN 'struck' THEN certificate(u, 3)
        WHEN 'joint' THEN certificate((u = 0)::INTEGER, $special)
        ELSE certificate(u, second_officer)
    END AS officer2,
    inspected_on,
    of_results(d) AS result,
    CASE
        WHEN fate = 'pub_edge' THEN deadline(inspected_on, 20)
        WHEN fate = 'pub_over' THEN deadline(inspected_on, 20) + 1
        WHEN fate = 'pub_late' THEN deadline(inspected_on, 20) + 2 + CAST(b % 24 AS INTEGER)
        WHEN fate = 'secret_late' THEN known(deadline(inspected_on, 20) + 9)
        WHEN fate IN ('pub_never', 'secret') THEN NULL
        ELSE known(deadline(inspected_on, CAST(3 + e % 18 AS INTEGER)))
    END AS published_on,
    CASE WHEN fate IN ('pub_never', 'secret') THEN NULL
        ELSE 'https://credit.qinglan.example/inspection/' || unit_region(u) || '/' || place END AS published_at,
    CASE WHEN fate LIKE 'secret%' THEN '涉及商业秘密' END AS nondisclosure_reason
FROM numbered
