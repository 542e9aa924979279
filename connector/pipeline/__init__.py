"""The main job as steps over ports: pull, mirror, score, decide, write back, announce, deliver."""
