extension InMemoryStore {
  /// See `ManagedStore`.
  package func managed(_ name: ManagedName) throws -> ManagedDocument {
    guard let document = managed[name] else { throw MetadataError.notFound(name.description) }
    return document
  }

  /// Walks over all of them; see `ManagedStore`.
  package func managed(in collection: String, page: PageRequest) throws -> Page<ManagedDocument> {
    let after = try page.resource() ?? ""
    let wanted = managed.values.filter { $0.name.collection == collection && $0.name.description > after }
      .sorted { $0.name.description < $1.name.description }
    return Page(
      items: Array(wanted.prefix(page.size)),
      nextToken: wanted.count > page.size ? wanted[page.size - 1].name.description : nil)
  }

  /// One step; see `ManagedStore`.
  package func put(_ bytes: [UInt8], as name: ManagedName, over state: ManagedState) throws -> ManagedDocument {
    try checkSize(ofManaged: bytes)
    try state.check(managed[name], name)
    found(name.project)
    let document = ManagedDocument(name: name, bytes: bytes, updateTime: stamps.now(), revision: nextPosition())
    managed[name] = document
    return document
  }

  /// One step; see `ManagedStore`.
  package func remove(_ name: ManagedName, etag: String?) throws {
    try ManagedState.present(etag: etag).check(managed[name], name)
    managed[name] = nil
    policies[name.description] = nil
  }
}
