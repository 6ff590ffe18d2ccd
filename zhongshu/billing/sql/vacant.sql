-- Whether a place stands vacant on the first day charged.
LEFT JOIN estate_occupancy vacant ON vacant.place_id = stretch.place_id AND vacant.status = 'vacant'
    AND vacant.starts_on <= greatest(stretch.since, month.first)
    AND (vacant.ends_on IS NULL OR vacant.ends_on > greatest(stretch.since, month.first))
