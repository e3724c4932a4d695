// What someone who writes Swift needs, under one import. `Sightline` holds no code of its own.
@_exported import Demonstrations
@_exported import Embedding
@_exported import Hub
@_exported import Media
@_exported import Retrieval
