import CPKCS11
import Images

/// A session with a token, open as long as the value's user keeps it.
struct TokenSession {
  let module: TokenModule
  let handle: CK_SESSION_HANDLE
  private var functions: CK_FUNCTION_LIST { module.functions.pointee }

  /// Opens a session, logs in, and closes it after `use` whatever happens.
  static func with<Result>(
    _ module: TokenModule, slot: CK_SLOT_ID, pin: Redacted<String>?, _ use: (TokenSession) throws -> Result
  ) throws -> Result {
    var handle: CK_SESSION_HANDLE = 0
    try module.check(
      "C_OpenSession", module.functions.pointee.C_OpenSession?(slot, CKF_SERIAL_SESSION, nil, nil, &handle))
    defer { _ = module.functions.pointee.C_CloseSession?(handle) }
    let session = TokenSession(module: module, handle: handle)
    if let pin { try session.logIn(CKU_USER, pin) }
    return try use(session)
  }

  /// All sessions of a process are logged in together, so another one may have done it.
  private func logIn(_ user: CK_USER_TYPE, _ pin: Redacted<String>) throws(SigningError) {
    var bytes = Array(pin.revealed.utf8)
    let code = functions.C_Login?(handle, user, &bytes, CK_ULONG(bytes.count))
    if code != CKR_USER_ALREADY_LOGGED_IN { try module.check("C_Login", code) }
  }

  /// The one object of this class with this label and id.
  func object(_ kind: CK_OBJECT_CLASS, label: String?, id: [UInt8]?) throws(SigningError) -> CK_OBJECT_HANDLE {
    let objects = try self.objects(kind, label: label, id: id)
    let what = kind == CKO_PRIVATE_KEY ? "private key" : "public key"
    guard let object = objects.first else { throw .failedToken(because: "it holds no \(what) of this name") }
    guard objects.count == 1 else { throw .failedToken(because: "it holds more than one \(what) of this name") }
    return object
  }

  /// At most two: more are as bad.
  private func objects(_ kind: CK_OBJECT_CLASS, label: String?, id: [UInt8]?) throws(SigningError) -> [CK_OBJECT_HANDLE] {
    var values: [(CK_ATTRIBUTE_TYPE, [UInt8])] = [(CKA_CLASS, withUnsafeBytes(of: kind) { Array($0) })]
    if let label { values.append((CKA_LABEL, Array(label.utf8))) }
    if let id { values.append((CKA_ID, id)) }
    let memory = values.map { UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, $0.1.count)) }
    defer { memory.forEach { $0.deallocate() } }
    var template = zip(values, memory).map { value, memory in
      _ = memory.update(fromContentsOf: value.1)
      return CK_ATTRIBUTE(type: value.0, pValue: memory.baseAddress, ulValueLen: CK_ULONG(value.1.count))
    }
    try module.check("C_FindObjectsInit", functions.C_FindObjectsInit?(handle, &template, CK_ULONG(template.count)))
    defer { _ = functions.C_FindObjectsFinal?(handle) }
    var found = [CK_OBJECT_HANDLE](repeating: 0, count: 2)
    var count: CK_ULONG = 0
    try module.check("C_FindObjects", functions.C_FindObjects?(handle, &found, 2, &count))
    return Array(found.prefix(Int(min(count, 2))))
  }

  /// The bytes of one attribute; nil when the object has none or does not show it. At most 16 KiB.
  func attribute(_ type: CK_ATTRIBUTE_TYPE, of object: CK_OBJECT_HANDLE) -> [UInt8]? {
    var asked = CK_ATTRIBUTE(type: type, pValue: nil, ulValueLen: 0)
    guard functions.C_GetAttributeValue?(handle, object, &asked, 1) == CKR_OK, (1...16_384).contains(asked.ulValueLen) else {
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: Int(asked.ulValueLen))
    let code = bytes.withUnsafeMutableBytes { memory in
      asked.pValue = memory.baseAddress
      return functions.C_GetAttributeValue?(handle, object, &asked, 1)
    }
    return code == CKR_OK && asked.ulValueLen <= bytes.count ? Array(bytes.prefix(Int(asked.ulValueLen))) : nil
  }

  /// Signs `input` by `way` with a private key; at most 8 KiB come back.
  func sign(_ input: [UInt8], _ way: TokenMechanism, key: CK_OBJECT_HANDLE, pin: Redacted<String>?) throws -> [UInt8] {
    try way.withMechanism { mechanism in
      try module.check("C_SignInit", functions.C_SignInit?(handle, mechanism, key))
    }
    if let pin, attribute(CKA_ALWAYS_AUTHENTICATE, of: key) == [1] { try logIn(CKU_CONTEXT_SPECIFIC, pin) }
    var (input, output, count) = (input, [UInt8](repeating: 0, count: 8192), CK_ULONG(8192))
    try module.check("C_Sign", functions.C_Sign?(handle, &input, CK_ULONG(input.count), &output, &count))
    return Array(output.prefix(Int(min(count, 8192))))
  }
}
