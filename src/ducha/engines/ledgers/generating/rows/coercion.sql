numbered AS (
    SELECT *, $special + a % (officers_of(u) - $special) AS first_officer,
        $special + (a % (officers_of(u) - $special) + 1 + b % (officers_of(u) - $special - 1)) % (officers_of(u) - $special)
            AS second_officer,
        CASE WHEN fate IN ('pub_edge', 'pub_over') AND b % 2 = 0 THEN eve_of_holiday(y)
            WHEN fate LIKE 'pub_%' THEN least(spread_day(y, j, n), make_date(y, 11, 8))
            ELSE spread_day(y, j, n) END AS imposed_on
    FROM party
)
SELECT u, fate, place,
    unit_short(u) || '强制决字〔' || y || '〕' || j + 1 || '号' AS document_number,
    of_measures(a) AS measure,
    party_name, uscc, identity_number,
    imposed_on,
    imposed_on + 30 AS expires_on,
    c % 9 = 0 AS is_extended,
    known(imposed_on + 3 + CAST(c % 27 AS INTEGER)) AS lifted_on,
    CASE WHEN fate = 'rec_partly' THEN CASE WHEN c % 2 = 0 THEN false END ELSE true END AS is_recorded,
    CASE WHEN coalesce(fate, '') <> 'rec_none' THEN 'QZ' || y || lpad(CAST(j + 1 AS VARCHAR), 6, '0') END AS recording_number,
    CASE fate WHEN 'lapsed' THEN certificate(u, 2) ELSE certificate(u, first_officer) END AS officer1,
    CASE fate
        WHEN 'same' THEN certificate(u, first_officer)
        WHEN 'alone' THEN NULL
        WHEN 'unknown' THEN certificate(u, 90000 + c % 1000)
        WHEN 'struck' THEN certificate(u, 3)
        WHEN 'joint' THEN certificate((u = 0)::INTEGER, $special)
        ELSE certificate(u, second_officer)
    END AS officer2,
    CASE
        WHEN fate = 'pub_edge' THEN deadline(imposed_on, 20)
        WHEN fate = 'pub_over' THEN deadline(imposed_on, 20) + 1
        WHEN fate = 'pub_late' THEN deadline(imposed_on, 20) + 2 + CAST(b % 24 AS INTEGER)
        WHEN fate = 'secret_late' THEN known(deadline(imposed_on, 20) + 9)
        WHEN fate IN ('pub_never', 'secret') THEN NULL
        ELSE known(deadline(imposed_on, CAST(3 + e % 18 AS INTEGER)))
    END AS published_on,
    CASE WHEN fate IN ('pub_never', 'secret') THEN NULL
        ELSE 'https://credit.qinglan.example/coercion/' || unit_region(u) || '/' || place END AS published_at,
    CASE WHEN fate LIKE 'secret%' THEN '涉及商业秘密' END AS nondisclosure_reason
FROM numbered
