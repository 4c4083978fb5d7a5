import CPKCS11
import Glibc
import Images

/// A PKCS#11 module: the shared library by which a token's maker lets programs use it.
///
/// It stays loaded until the process ends, as other signers may use it too. Every call is made by a `TokenThread`.
struct TokenModule {
  let functions: UnsafeMutablePointer<CK_FUNCTION_LIST>

  /// Loads and starts the module; one that is running already is used as it is.
  ///
  /// - Throws: `SigningError.failedToken`.
  init(path: String) throws(SigningError) {
    guard path.hasPrefix("/"), let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw .failedToken(because: "the module \(printable(path)) cannot be loaded; its path must be whole")
    }
    guard let symbol = dlsym(handle, "C_GetFunctionList") else {
      throw .failedToken(because: "\(printable(path)) is no PKCS#11 module")
    }
    var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
    guard functions_of_module(symbol, &list) == CKR_OK, let list else {
      throw .failedToken(because: "\(printable(path)) shows no functions")
    }
    functions = list
    var arguments = CK_C_INITIALIZE_ARGS()
    arguments.flags = CKF_OS_LOCKING_OK
    let code = list.pointee.C_Initialize?(&arguments)
    if code != CKR_CRYPTOKI_ALREADY_INITIALIZED { try check("C_Initialize", code) }
  }

  /// - Parameter code: nil when the module has no such function.
  func check(_ call: String, _ code: CK_RV?) throws(SigningError) {
    switch code {
    case CKR_OK: return
    case CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE: throw .wrongPIN
    case CKR_PIN_LOCKED: throw .failedToken(because: "its PIN is locked after too many wrong ones")
    case CKR_MECHANISM_INVALID: throw .failedToken(because: "it cannot sign in this way (\(call))")
    case nil: throw .failedToken(because: "its module has no \(call)")
    case let code?: throw .failedToken(because: "\(call) answered 0x\(String(code, radix: 16))")
    }
  }

  /// The one slot whose token is the one named.
  func slot(of wanted: TokenURI) throws(SigningError) -> CK_SLOT_ID {
    var count: CK_ULONG = 0
    try check("C_GetSlotList", functions.pointee.C_GetSlotList?(1, nil, &count))
    guard (1...1024).contains(count) else { throw .failedToken(because: "there is no token") }
    var slots = [CK_SLOT_ID](repeating: 0, count: Int(count))
    try check("C_GetSlotList", functions.pointee.C_GetSlotList?(1, &slots, &count))
    var found: [CK_SLOT_ID] = []
    for slot in slots.prefix(Int(count)) where wanted.slotID == nil || wanted.slotID == slot {
      var token = CK_TOKEN_INFO()
      guard functions.pointee.C_GetTokenInfo?(slot, &token) == CKR_OK else { continue }
      guard wanted.token == nil || wanted.token == text(&token.label),
        wanted.serial == nil || wanted.serial == text(&token.serialNumber), token.flags & CKF_TOKEN_INITIALIZED != 0
      else { continue }
      found.append(slot)
    }
    guard let slot = found.first else { throw .failedToken(because: "no token is called like this") }
    guard found.count == 1 else { throw .failedToken(because: "\(found.count) tokens are called like this") }
    return slot
  }

  /// A field of fixed length, padded with blanks.
  private func text<Field>(_ field: inout Field) -> String {
    let bytes = withUnsafeBytes(of: &field) { Array($0) }
    return String(decoding: bytes.reversed().drop { $0 == UInt8(ascii: " ") || $0 == 0 }.reversed(), as: UTF8.self)
  }
}
