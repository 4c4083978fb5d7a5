import Crypto
import Dispatch
import Foundation
package import Policies
import Synchronization

/// Recognises who asks for checks: a user with a password, or whoever holds a token.
///
/// Passwords kept with bcrypt are checked one at a time beside everything else, so that nobody who guesses costs more than one
/// core or keeps anybody with a token waiting; one that was right is remembered by its hash until others have filled the memory.
package final class CheckDoorkeeper: Sendable {
  /// Who is at the door.
  package enum Visitor: Hashable, Sendable {
    case known(String)
    case unknown
    /// Too many passwords wait to be checked: nobody can tell.
    case untold
  }

  private static let rememberedLimit = 100
  /// One is checked while the others wait.
  private static let checkedLimit = 9

  private struct State {
    var remembered: Set<[UInt8]> = []
    var checked = 0
  }

  private let isOpen: Bool
  private let users: [CheckCaller]
  private let tokens: [CheckCaller]
  private let bcrypt: @Sendable (String, [UInt8]) -> Bool
  private let queue = DispatchQueue(label: "passwords")
  private let state = Mutex(State())

  /// - Throws: `CheckError.nobodyMayAsk` when neither users nor tokens are listed.
  package convenience init(_ checklist: Checklist) throws(CheckError) {
    try self.init(checklist) { BcryptHash.matches($0, $1) }
  }

  /// - Parameter bcrypt: tells whether a password is the one of a bcrypt hash; may take its time.
  package init(
    _ checklist: Checklist, bcrypt: @escaping @Sendable (_ hash: String, _ password: [UInt8]) -> Bool
  ) throws(CheckError) {
    guard !checklist.users.isEmpty || !checklist.tokens.isEmpty else { throw .nobodyMayAsk }
    (isOpen, users, tokens) = (false, checklist.users, checklist.tokens)
    self.bcrypt = bcrypt
  }

  private init() {
    (isOpen, users, tokens) = (true, [], [])
    bcrypt = { _, _ in false }
  }

  /// Lets everybody ask: the demo profile, on loopback only.
  package static var open: CheckDoorkeeper { CheckDoorkeeper() }

  /// Who the caller is.
  ///
  /// - Parameter authorization: the header as it was sent.
  package func visitor(showing authorization: String?) async -> Visitor {
    if isOpen { return .known("anybody") }
    guard let authorization, authorization.utf8.count <= 8192 else { return .unknown }
    let parts = authorization.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return .unknown }
    switch parts[0].lowercased() {
    case "bearer": return token(parts[1])
    case "basic": return await user(parts[1])
    default: return .unknown
    }
  }

  private func token(_ text: String) -> Visitor {
    let shown = Array(SHA256.hash(data: Array(text.utf8)))
    var found = Visitor.unknown
    for caller in tokens where Self.isSame(caller.hash, shown) { found = .known(caller.name) }
    return found
  }

  private func user(_ encoded: String) async -> Visitor {
    guard let pair = Data(base64Encoded: encoded), let colon = pair.firstIndex(of: UInt8(ascii: ":")) else { return .unknown }
    let name = String(decoding: pair[..<colon], as: UTF8.self)
    let password = Array(pair[pair.index(after: colon)...])
    let known = users.first { $0.name == name }
    // A name that nobody has takes as long as that of a user with bcrypt, where there is one. A wrong password of a user with
    // SHA-256 is told sooner: such a name can be guessed by the time, and its drawn secret cannot.
    guard let asked = known ?? users.first(where: \.hasBcrypt) ?? users.first else { return .unknown }
    let isRight: Bool? =
      switch asked.hash {
      case .sha256: Self.isSame(asked.hash, Array(SHA256.hash(data: password)))
      case .bcrypt(let hash): await matches(hash, password, ofKnown: known != nil)
      }
    guard let isRight else { return .untold }
    return isRight && known != nil ? .known(name) : .unknown
  }

  /// Nil when too many passwords wait.
  private func matches(_ hash: String, _ password: [UInt8], ofKnown isKnown: Bool) async -> Bool? {
    let pair = Array(SHA256.hash(data: Array("\(hash) ".utf8) + password))
    if isKnown, state.withLock({ $0.remembered.contains(pair) }) { return true }
    let isAdmitted = state.withLock { state in
      guard state.checked < Self.checkedLimit else { return false }
      state.checked += 1
      return true
    }
    guard isAdmitted else { return nil }
    let isRight = await withCheckedContinuation { waiting in
      queue.async { [bcrypt] in waiting.resume(returning: bcrypt(hash, password)) }
    }
    state.withLock { state in
      state.checked -= 1
      guard isRight, isKnown else { return }
      if state.remembered.count >= Self.rememberedLimit { state.remembered = [] }
      state.remembered.insert(pair)
    }
    return isRight
  }

  private static func isSame(_ hash: CheckCaller.Hash, _ shown: [UInt8]) -> Bool {
    guard case .sha256(let kept) = hash, kept.count == shown.count else { return false }
    return zip(kept, shown).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

extension CheckCaller {
  fileprivate var hasBcrypt: Bool { if case .bcrypt = hash { true } else { false } }
}
