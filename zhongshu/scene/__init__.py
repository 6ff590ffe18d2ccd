"""Scene: help on the spot: a call for back-up, who came when, the evidence kept, the police told, the harmed person cared for."""
