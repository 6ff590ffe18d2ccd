"""Scene: help on the spot: back-up called, who came when, evidence kept, police told, the harmed person cared for."""
