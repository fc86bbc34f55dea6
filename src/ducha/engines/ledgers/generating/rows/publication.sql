-- Each row names a penalty of the unit and year; one whose number was used for another is named by its twin's number.
named AS (
    SELECT *, penalties_of(u) AS penalties, a % greatest(penalties_of(u), 1) AS named_j FROM seed
),
chosen AS (
    SELECT *, CASE WHEN named_j > 0 AND slot < $penalty_fates AND penalty_fate_of(u * $penalty_fates + slot) = 'twin'
            THEN named_j ELSE named_j + 1 END AS serial
    FROM (SELECT *, (penalty_first_of(u) + named_j + $penalty_turned) % $penalty_slots AS slot FROM named)
)
SELECT u, fate, place,
    CASE WHEN fate = 'licence' THEN unit_short(u) || '许准字〔' || y || '〕' || 1 + b % 9 || '号'
        WHEN fate = 'unrecorded' OR penalties = 0 THEN unit_short(u) || '罚决字〔' || y || '〕' || 9000000 + j || '号'
        ELSE unit_short(u) || '罚决字〔' || y || '〕' || serial || '号' END AS document_number,
    CASE WHEN fate = 'licence' THEN '行政许可' ELSE '行政处罚' END AS act,
    least(spread_day(y, serial - 1, greatest(penalties, 1)) + 1 + CAST(b % 5 AS INTEGER), make_date(y, 12, 31)) AS published_on,
    'https://credit.qinglan.example/publication/' || unit_region(u) || '/' || place AS published_at,
    CASE WHEN c % 60 = 0 THEN make_date(y, 12, 31) END AS taken_down_on
FROM chosen
