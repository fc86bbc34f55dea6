-- Every tenth is not in use. Of five in use so many are online, and of those in the hall so many at the single window.
counted AS (
    SELECT *, j % 10 = 9 AS is_idle, j - j // 10 AS in_use, mix(place, $salt + 9) % 100 AS visiting FROM seed
)
SELECT u, fate, place,
    unit_uscc(u) || lpad(CAST(j + 1 AS VARCHAR), 6, '0') || '000' AS task_code,
    of_subjects(a) || of_service_items(j) AS title,
    ['行政许可', '行政确认', '公共服务', '其他行政权力'][b % 4 + 1] AS task_kind,
    CASE WHEN is_idle THEN ['暂停', '取消'][b % 2 + 1] WHEN c % 15 > 0 THEN '在用' END AS task_state,
    CASE WHEN in_use % 5 < online_of(u) THEN true WHEN c % 2 = 0 THEN false END AS is_online,
    CASE WHEN in_use % 5 < online_of(u) THEN ['全程网办', '互联网咨询', '网上预审'][d % 3 + 1] END AS online_depth,
    CASE WHEN visiting < one_visit_of(u) THEN visiting % 2 WHEN visiting % 17 = 0 THEN NULL ELSE 2 + visiting % 3 END AS visits,
    c % 6 > 0 AS is_in_hall,
    CASE WHEN in_use % 5 < windows_of(u) THEN true WHEN d % 2 = 0 THEN false END AS is_single_window,
    CASE WHEN e % 25 = 0 THEN '需现场勘验的特殊场地' END AS special_site_reason
FROM counted
