"""The API over HTTP: routes, sign-in, problems, limits, the server that carries it. The only user of Flask.

What the routes ask for is `service.Service`; nothing in here scores, reads the store or talks to Dataverse.
"""
