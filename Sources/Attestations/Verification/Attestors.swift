/// Everybody who may vouch, by name.
package struct Attestors: Sendable {
  /// In the order given.
  package let all: [Attestor]
  private let byName: [String: Attestor]

  /// - Throws: `AttestationError.duplicateAttestor`, `.duplicateKeyID`, `.unreachableThreshold`, `.contradictoryKey`, and
  ///   `.sharedKey` or `.sharedIdentity` when two attestors have the same public key, under whatever ids, or the same person
  ///   under the same root: a demand for two attestors must not be met by one. Patterns that overlap are not found. Attestors
  ///   of two realms are never asked together, and may share keys; one without a realm is asked beside those of any.
  package init(_ attestors: [Attestor] = []) throws(AttestationError) {
    var byName: [String: Attestor] = [:]
    var owners = Owners<[UInt8]>()
    var people = Owners<Person>()
    for attestor in attestors {
      guard byName.updateValue(attestor, forKey: attestor.name) == nil else { throw .duplicateAttestor(attestor.name) }
      var ids: Set<String> = []
      for key in attestor.keys {
        for id in key.names where !ids.insert(id).inserted { throw .duplicateKeyID(id, attestor: attestor.name) }
        if let twin = attestor.keys.first(where: { $0.contradicts(key) }) {
          throw .contradictoryKey(key.id, twin.id, attestor: attestor.name)
        }
        for identity in key.identities {
          if let owner = owners.add(identity, of: attestor) {
            throw .sharedKey(keyID: key.id, first: owner.name, second: attestor.name)
          }
        }
      }
      if let sigstore = attestor.sigstore {
        for identity in sigstore.identities {
          if let owner = people.add(Person(identity: identity, root: sigstore.root), of: attestor) {
            throw .sharedIdentity(first: owner.name, second: attestor.name)
          }
        }
      }
      let distinct = Self.distinct(attestor.keys) + (attestor.sigstore?.identities.count ?? 0)
      guard (1...max(1, distinct)).contains(attestor.threshold) else {
        throw .unreachableThreshold(attestor.threshold, keys: distinct, attestor: attestor.name)
      }
    }
    all = attestors
    self.byName = byName
  }

  private struct Person: Hashable {
    let identity: CertificateIdentity
    let root: TrustedRoot
  }

  /// Who has what, by realm.
  private struct Owners<Thing: Hashable> {
    private var owners: [Thing: [Substring: Attestor]] = [:]

    /// Notes that `attestor` has `thing`.
    ///
    /// - Returns: another who has it and can be asked about the same image; nil when there is none.
    mutating func add(_ thing: Thing, of attestor: Attestor) -> Attestor? {
      let known = owners[thing] ?? [:]
      owners[thing, default: [:]][attestor.realm] = attestor
      let beside = attestor.realm.isEmpty ? Array(known.values) : [known[attestor.realm], known[""]].compactMap { $0 }
      return beside.filter { $0.name != attestor.name }.min { $0.name < $1.name }
    }
  }

  /// How many of `keys` share no part with one before them.
  private static func distinct(_ keys: [AttestorKey]) -> Int {
    var seen: Set<[UInt8]> = []
    return keys.count { key in
      defer { seen.formUnion(key.identities) }
      return seen.isDisjoint(with: key.identities)
    }
  }

  package var names: Set<String> { Set(byName.keys) }

  /// The attestor with the full name `projects/{project}/attestors/{id}`.
  package subscript(name: String) -> Attestor? { byName[name] }
}

extension AttestorKey {
  /// Whether two records are of one key and say different things of it: then taking back one would leave the other.
  fileprivate func contradicts(_ other: AttestorKey) -> Bool {
    guard id != other.id, !Set(identities).isDisjoint(with: other.identities) else { return false }
    return revocation != other.revocation || notBeforeSeconds != other.notBeforeSeconds
      || notAfterSeconds != other.notAfterSeconds || purpose != other.purpose
  }
}
