import Attestations
import Dispatch
import Policies
import Server
import Synchronization
import Testing

@Suite("The doorkeeper of checks")
struct CheckDoorkeeperTests {
  private static let bcrypt = "$2y$04$.5rbpEXHGUmLnXXrZRniPOpGtoaZNUs2rxVxHAU7xfr6UU5MKJOSS"
  /// Of `secret`.
  private static let sha256 = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
  private static let drawn = "Basic \("robot:secret".base64)"

  /// Of a file whose first user has SHA-256, whose second has bcrypt, and one token.
  private static func checklist() throws -> Checklist {
    let text = """
      project: shop
      registries: [registry.example.test]
      checks: {nobody: {}}
      users: [{name: robot, passwordSHA256: \(sha256)}, {name: ci, passwordBcrypt: "\(bcrypt)"}]
      tokens: [{name: registry, tokenSHA256: 6ee3b136af555184c0a80279d4db5339bd056e2400b2f93556af7932bad55ccc}]
      """
    return try Checklist(DocumentNode(parsing: text, file: "checks.yaml"), attestors: Attestors())
  }

  /// What bcrypt is asked, and how it answers.
  private final class Bcrypt: Sendable {
    let asked = Mutex<[String]>([])
    let isSlow = Mutex(false)
    /// Each signal ends one slow answer.
    let gate = DispatchSemaphore(value: 0)

    func answer(_ hash: String, _ isRight: Bool) -> Bool {
      asked.withLock { $0.append(hash) }
      if isSlow.withLock({ $0 }) { gate.wait() }
      return isRight
    }
  }

  @Test("keeps nobody waiting behind passwords who shows none of bcrypt, and turns away passwords that are too many")
  func queue() async throws {
    let bcrypt = Bcrypt()
    let doorkeeper = try CheckDoorkeeper(Self.checklist()) { bcrypt.answer($0, $1 == Array("correct horse".utf8)) }
    let right = "Basic \("ci:correct horse".base64)"
    #expect(await doorkeeper.visitor(showing: right) == .known("ci"))
    bcrypt.isSlow.withLock { $0 = true }
    await withTaskGroup(of: CheckDoorkeeper.Visitor.self) { group in
      for number in 0..<20 {
        group.addTask { await doorkeeper.visitor(showing: "Basic \("ci:wrong \(number)".base64)") }
      }
      for _ in 0..<11 {
        let visitor = await group.next()
        #expect(visitor == .untold)
      }
      // One is being checked and eight wait.
      for (shown, name) in [("Bearer registry-token", "registry"), (Self.drawn, "robot"), (right, "ci")] {
        #expect(await doorkeeper.visitor(showing: shown) == .known(name))
      }
      for _ in 0..<9 { bcrypt.gate.signal() }
      for _ in 0..<9 {
        let visitor = await group.next()
        #expect(visitor == .unknown)
      }
    }
    bcrypt.isSlow.withLock { $0 = false }
    #expect(await doorkeeper.visitor(showing: "Basic \("ci:wrong".base64)") == .unknown)
    #expect(bcrypt.asked.withLock { $0.count } == 11)
  }

  @Test("asks for a password of bcrypt where a name is unknown, and lets nobody in by it")
  func unknownNames() async throws {
    let bcrypt = Bcrypt()
    let doorkeeper = try CheckDoorkeeper(Self.checklist()) { hash, _ in bcrypt.answer(hash, true) }
    for _ in 1...2 { #expect(await doorkeeper.visitor(showing: "Basic \("stranger:x".base64)") == .unknown) }
    #expect(bcrypt.asked.withLock { $0 } == [Self.bcrypt, Self.bcrypt])
    #expect(await doorkeeper.visitor(showing: Self.drawn) == .known("robot"))
    #expect(bcrypt.asked.withLock { $0.count } == 2)
  }
}
