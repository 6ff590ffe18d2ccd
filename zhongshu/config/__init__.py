"""Settings, URLs and the job timetable: the only place that knows everything."""
