published AS (
    SELECT *, CAST(make_date(y, 2, 20) + CAST((j * 4 + a % 4) * 280 // (n * 4) AS INTEGER) AS DATE) AS published_on
    FROM seed
),
submitted AS (
    SELECT *, next_working_day(CAST(published_on - 48 - CAST(b % 20 AS INTEGER) AS DATE)) AS submitted_on FROM published
)
SELECT u, fate, place,
    unit_short(u) || '规〔' || y || '〕' || j + 1 || '号' AS document_number,
    '关于印发《' || substr(unit_name(u), 1, 3) || of_document_subjects(place)
        || '》的通知' AS title,
    CASE WHEN fate = 'unsubmitted' THEN NULL ELSE submitted_on END AS submitted_on,
    CASE
        WHEN fate IN ('rev_none', 'unsubmitted') THEN NULL
        WHEN fate = 'rev_first' THEN deadline(submitted_on, 5)
        WHEN fate = 'rev_last' THEN deadline(submitted_on, 15)
        WHEN fate = 'rev_early' THEN deadline(submitted_on, 5) - 1
        WHEN fate = 'rev_over' THEN deadline(submitted_on, 15) + 1
        WHEN fate = 'urgent' THEN deadline(submitted_on, 1)
        ELSE deadline(submitted_on, CAST(5 + c % 11 AS INTEGER))
    END AS reviewed_on,
    CASE WHEN coalesce(fate, '') NOT IN ('rev_none', 'unsubmitted') THEN '合法' END AS review_opinion,
    published_on - 2 - CAST(d % 3 AS INTEGER) AS discussed_on,
    published_on,
    CASE
        WHEN fate = 'filed_edge' THEN deadline_days(published_on, 15)
        WHEN fate = 'filed_over' THEN deadline_days(published_on, 15) + 1
        WHEN fate = 'filed_never' THEN NULL
        ELSE known(deadline_days(published_on, CAST(1 + e % 15 AS INTEGER)))
    END AS filed_on,
    published_on + 365 * 5 AS expires_on,
    CASE WHEN fate = 'urgent' THEN true WHEN d % 9 > 0 THEN false END AS is_urgent,
    '有效' AS status
FROM submitted
