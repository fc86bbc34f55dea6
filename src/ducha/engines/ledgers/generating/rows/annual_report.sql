-- The first reports of a unit are its statistics, a year each; the others its reports on rule-of-law government.
yearly AS (
    SELECT *, 2019 + CAST(j % 3 AS INTEGER) AS year, j < 3 AS is_statistics FROM seed
),
counted AS (
    SELECT *, yearly_penalties(u * 3 + j % 3) + CASE WHEN fate = 'count_wrong' THEN 1 + a % 9 ELSE 0 END AS whole FROM yearly
),
classed AS (
    SELECT *, whole // 10 AS warnings, whole // 12 AS confiscations, whole // 60 AS suspensions, whole // 90 AS revocations,
        whole // 100 AS closures, whole // 70 AS others
    FROM counted
)
SELECT u,
    -- What befell a report that is not due yet, or no statistics, breaks nothing.
    CASE WHEN is_statistics AND (year < 2021 OR fate NOT LIKE 'pub_%') THEN fate END AS fate,
    place,
    CASE WHEN is_statistics THEN 'TJ' ELSE 'FZ' END || year || lpad(CAST(u + 1 AS VARCHAR), 3, '0') AS report_number,
    CASE WHEN is_statistics THEN '行政执法统计年报' ELSE '法治政府建设年度报告' END AS report_kind,
    year::BIGINT AS year,
    known(make_date(year + 1, 1, 4) + CAST(b % 20 AS INTEGER)) AS submitted_on,
    CASE
        WHEN fate = 'pub_edge' AND year < 2021 THEN make_date(year + 1, 1, 31)
        WHEN fate = 'pub_over' AND year < 2021 THEN make_date(year + 1, 2, 1)
        WHEN fate = 'pub_never' THEN NULL
        ELSE known(make_date(year + 1, 1, 5) + CAST(c % 25 AS INTEGER))
    END AS published_on,
    'https://www.qinglan.example/report/' || year || '/' || u + 1 AS published_at,
    CASE WHEN is_statistics THEN warnings + CASE WHEN fate = 'sum_wrong' THEN 1 + b % 5 ELSE 0 END END AS warnings,
    CASE WHEN is_statistics THEN whole - warnings - confiscations - suspensions - revocations - closures - others END AS fines,
    CASE WHEN is_statistics THEN confiscations END AS confiscations,
    CASE WHEN is_statistics AND (suspensions > 0 OR d % 2 = 0) THEN suspensions END AS suspensions,
    CASE WHEN is_statistics THEN revocations END AS revocations,
    CASE WHEN is_statistics AND d % 3 = 0 THEN 0 END AS restrictions,
    CASE WHEN is_statistics THEN closures END AS closures,
    CASE WHEN is_statistics AND d % 3 = 1 THEN 0 END AS detentions,
    CASE WHEN is_statistics THEN others END AS others,
    CASE WHEN is_statistics AND coalesce(fate, '') <> 'untold' THEN whole END AS total,
    CASE WHEN is_statistics THEN whole * 1800 + e % 1000 END::DECIMAL(18,2) AS amount
FROM classed
