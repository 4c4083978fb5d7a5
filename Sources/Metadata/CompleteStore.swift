/// All that a metadata server needs of the store behind it. Only doors and the server's assembly hold the whole; every
/// other piece of code takes the narrow protocol that it uses.
package typealias CompleteStore = MetadataStore & ProjectStore & ChangeReader & ImpactReader & AccessPolicyStore
  & DocumentStore & ManagedStore & ArchiveStore
