from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "zhongshu.simulation"
    label = "simulation"
