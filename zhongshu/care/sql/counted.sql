-- A run that wrote much tells the planner, for itself and for the next day's.
ANALYZE care_entry, care_episode, care_task
