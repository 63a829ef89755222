"""Every action of the project, by service.

Actions, request and reply structs live in one module per topic; import those modules
for the records (`from chitti_shared.contracts import compute`).
"""
