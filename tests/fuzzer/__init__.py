"""Attacks on files, arguments, model files, designs and losses by chance: ``make fuzz``, ``make fuzz SECONDS=60``.

What is found is printed with its attack and seed. `seeds.json` keeps those of the past; `make test` replays them.
"""
