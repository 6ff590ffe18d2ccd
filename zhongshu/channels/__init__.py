"""Channels: doors for matters from outside: telephone, 12345, letters, alarms, WeChat; the load of angry contact."""
