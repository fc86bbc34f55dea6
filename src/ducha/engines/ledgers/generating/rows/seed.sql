-- Where a row stands: unit u, place j of n within the unit's part, its fate, and numbers mixed from its place.
placed AS (SELECT range AS i, $before + range AS place FROM range($rows)),
owned AS (SELECT *, $unit AS u FROM placed),
seed AS (
    SELECT i, place, u, $year AS y, i - first_of(u) AS j, count_of(u) AS n,
        CASE WHEN (i + $turned) % $slots < $fates THEN fate_of(u * $fates + (i + $turned) % $slots) END AS fate,
        mix(place, $salt + 1) AS a, mix(place, $salt + 2) AS b, mix(place, $salt + 3) AS c,
        mix(place, $salt + 4) AS d, mix(place, $salt + 5) AS e,
        mix(place, $salt + 6) % $parties AS p
    FROM owned
)
