numbered AS (
    SELECT *, CASE WHEN fate = 'twin' AND j > 0 THEN j ELSE j + 1 END AS serial,
        CASE WHEN fate IN ('pub_edge', 'pub_over') AND b % 2 = 0 THEN eve_of_holiday(y)
            WHEN fate LIKE 'pub_%' THEN least(spread_day(y, j, n), make_date(y, 11, 30))
            ELSE spread_day(y, j, n) END AS decided_on,
        unit_field(u) * 2 + a % 2 AS subject
    FROM party
)
SELECT u, CASE WHEN fate <> 'twin' OR j > 0 THEN fate END AS fate, place,
    unit_short(u) || '许准字〔' || y || '〕' || serial || '号' AS document_number,
    '准予' || licence_title(subject) || '决定书' AS title,
    licence_category(subject) AS category,
    licence_content(subject) AS content,
    party_kind, party_name, uscc, identity_kind, identity_number, legal_representative,
    'XK' || unit_region(u) || y || lpad(CAST(place AS VARCHAR), 8, '0') AS licence_number,
    decided_on - 2 - CAST(d % 12 AS INTEGER) AS applied_on,
    decided_on - 1 - CAST(d % 12 AS INTEGER) AS accepted_on,
    decided_on,
    decided_on AS valid_from,
    decided_on + 365 * (1 + CAST(c % 5 AS INTEGER)) AS valid_until,
    known(deadline(decided_on, CAST(1 + c % 5 AS INTEGER))) AS served_on,
    CASE WHEN c % 30 > 0 THEN 5 + c % 4 * 5 END AS promised_days,
    CASE WHEN c % 25 > 0 THEN b % 5 > 0 END AS is_online,
    unit_uscc(u) AS authority_uscc,
    '有效' AS status,
    CASE
        WHEN fate = 'pub_edge' THEN deadline(decided_on, 7)
        WHEN fate = 'pub_over' THEN deadline(decided_on, 7) + 1
        WHEN fate = 'pub_late' THEN deadline(decided_on, 7) + 2 + CAST(b % 24 AS INTEGER)
        WHEN fate = 'secret_late' THEN known(deadline(decided_on, 7) + 9)
        WHEN fate IN ('pub_never', 'secret') THEN NULL
        ELSE known(deadline(decided_on, CAST(1 + e % 7 AS INTEGER)))
    END AS published_on,
    CASE WHEN fate IN ('pub_never', 'secret') THEN NULL
        ELSE 'https://credit.qinglan.example/licence/' || unit_region(u) || '/' || place END AS published_at,
    CASE WHEN fate LIKE 'secret%' THEN ['涉及商业秘密', '涉及个人隐私'][c % 2 + 1] END AS nondisclosure_reason,
    CASE WHEN d % 80 = 0 THEN '变更' END AS remark
FROM numbered
