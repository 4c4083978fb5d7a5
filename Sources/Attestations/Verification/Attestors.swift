/// Everybody who may vouch, by name.
package struct Attestors: Sendable {
  /// In the order given.
  package let all: [Attestor]
  private let byName: [String: Attestor]

  /// - Throws: `AttestationError.duplicateAttestor`, `.duplicateKeyID`, and `.sharedKey` when two attestors have the same
  ///   public key, under whatever ids: a demand for two attestors must not be met by one key.
  package init(_ attestors: [Attestor] = []) throws(AttestationError) {
    var byName: [String: Attestor] = [:]
    var owners: [[UInt8]: Attestor] = [:]
    for attestor in attestors {
      guard byName.updateValue(attestor, forKey: attestor.name) == nil else { throw .duplicateAttestor(attestor.name) }
      var ids: Set<String> = []
      for key in attestor.keys {
        guard ids.insert(key.id).inserted else { throw .duplicateKeyID(key.id, attestor: attestor.name) }
        let owner = owners[key.publicKey.subjectPublicKeyInfo, default: attestor]
        guard owner.name == attestor.name else {
          throw .sharedKey(keyID: key.id, first: owner.name, second: attestor.name)
        }
        owners[key.publicKey.subjectPublicKeyInfo] = attestor
      }
    }
    all = attestors
    self.byName = byName
  }

  package var names: Set<String> { Set(byName.keys) }

  /// The attestor with the full name `projects/{project}/attestors/{id}`.
  package subscript(name: String) -> Attestor? { byName[name] }
}
