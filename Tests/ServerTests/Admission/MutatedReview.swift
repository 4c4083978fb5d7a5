import Contracts
import Foundation
import Images

/// JSON as a tree that may hold what no sound JSON holds, such as one key twice.
indirect enum Tree {
  case object([(key: String, value: Tree)])
  case array([Tree])
  case text(String)
  /// Numbers, true, false and null as they are written.
  case bare(String)

  init(_ node: JSONNode) {
    if node.isObject {
      self = .object(node.members.map { ($0.key, Tree($0.value)) })
    } else if node.isArray {
      self = .array(node.elements.map(Tree.init))
    } else if let text = node.string {
      self = .text(text)
    } else {
      self = .bare(String(decoding: node.rawBytes, as: UTF8.self))
    }
  }

  init(parsing text: String) throws {
    self = Tree(try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root)
  }

  /// As JSON, some characters of texts and keys escaped.
  func written(_ dice: inout Dice) -> String {
    switch self {
    case .object(let members):
      "{" + members.map { Self.quoted($0.key, &dice) + ":" + $0.value.written(&dice) }.joined(separator: ",") + "}"
    case .array(let elements): "[" + elements.map { $0.written(&dice) }.joined(separator: ", ") + "]"
    case .text(let text): Self.quoted(text, &dice)
    case .bare(let text): text
    }
  }

  private static func quoted(_ text: String, _ dice: inout Dice) -> String {
    var out = "\""
    let escapes = dice.once(in: 20)
    for unit in text.utf16 {
      let isPlain = unit >= 0x20 && unit < 0x7F && unit != 0x22 && unit != 0x5C
      if isPlain, !(escapes && dice.once(in: 4)) {
        out += String(UnicodeScalar(UInt8(unit)))
      } else {
        out += "\\u" + String(0x10000 | UInt32(unit), radix: 16).dropFirst()
      }
    }
    return out + "\""
  }

  /// How many values there are, this one counted.
  var count: Int {
    switch self {
    case .object(let members): members.reduce(1) { $0 + $1.value.count }
    case .array(let elements): elements.reduce(1) { $0 + $1.count }
    default: 1
    }
  }

  /// The `index`th value, as `count` counts them.
  func value(at index: Int) -> Tree {
    var left = index
    return value(&left) ?? self
  }

  private func value(_ left: inout Int) -> Tree? {
    if left == 0 { return self }
    left -= 1
    let below: [Tree] =
      switch self {
      case .object(let members): members.map(\.value)
      case .array(let elements): elements
      default: []
      }
    for child in below {
      if let found = child.value(&left) { return found }
    }
    return nil
  }

  /// The same with `change` made to the `index`th value.
  func changing(at index: Int, _ change: (Tree) -> Tree) -> Tree {
    var left = index
    return changing(&left, change)
  }

  private func changing(_ left: inout Int, _ change: (Tree) -> Tree) -> Tree {
    if left == 0 {
      left -= 1
      return change(self)
    }
    left -= 1
    guard left >= 0 else { return self }
    switch self {
    case .object(let members):
      return .object(members.map { ($0.key, left < 0 ? $0.value : $0.value.changing(&left, change)) })
    case .array(let elements): return .array(elements.map { left < 0 ? $0 : $0.changing(&left, change) })
    default: return self
    }
  }
}

/// Changes an admitted review in ways by which somebody might smuggle an image past the gate.
struct Smuggler {
  static let evil = [
    Review.evil, "r.test/prod/evil:v1", "evil", Review.web + "0", "R.test/prod/web@\(Review.digest)",
    "r.test/prod/web@sha256:" + String(repeating: "A", count: 64), "r.test/infra/../prod/evil@\(Review.digest)",
    "r.test/infra/a/b@\(Review.digest)", " \(Review.web)", "\(Review.web)\n", "r.test/prod/w\u{0435}b@\(Review.digest)", "",
  ]
  private static let lists = [
    "containers", "initContainers", "ephemeralContainers", "Containers", "container", "volumes", "items", "template", "spec",
  ]
  private static let kinds = [
    ("v1", "Pod"), ("apps/v1", "Deployment"), ("batch/v1", "CronJob"), ("v1", "List"), ("v1", "PodList"),
    ("x.test/v1", "Rollout"),
    ("v1", "PodTemplate"), ("v1", "ConfigMap"), ("apps/v2", "Deployment"), ("v1", "pod"),
  ]

  var dice: Dice

  /// One to four changes.
  mutating func changed(_ review: Tree) -> Tree {
    var tree = review
    for _ in 0...Int(dice.next() % 4) { tree = changedOnce(tree) }
    return tree
  }

  private mutating func changedOnce(_ tree: Tree) -> Tree {
    let at = Int(dice.next() % UInt64(tree.count))
    let other = tree.value(at: Int(dice.next() % UInt64(tree.count)))
    let (image, list, kind) = (dice.one(of: Self.evil), dice.one(of: Self.lists), dice.one(of: Self.kinds))
    let way = dice.next() % 10
    let place = Int(dice.next() >> 33)
    return tree.changing(at: at) { value in
      switch (way, value) {
      case (0, .text): return .text(image)
      case (0, _): return .text(image)
      case (1, .object(let members)): return .object(members + [(list, Self.smuggled(image, list))])
      case (2, .object(let members)) where !members.isEmpty:
        // The same key again, with another value.
        return .object(members + [(members[place % members.count].key, other)])
      case (3, .object(let members)) where !members.isEmpty:
        var members = members
        let key = members[place % members.count].key
        members[place % members.count].key = place % 2 == 0 ? key.capitalized : list
        return .object(members)
      case (4, .object(let members)) where !members.isEmpty:
        var members = members
        members.remove(at: place % members.count)
        return .object(members)
      case (5, .object(let members)):
        let added: [(String, Tree)] = [("apiVersion", .text(kind.0)), ("kind", .text(kind.1))]
        return .object(members.filter { $0.key != "kind" && $0.key != "apiVersion" } + added)
      case (6, .object(let members)):
        let notes: Tree = .object([
          ("kritis.grafeas.io/breakglass", .text("true")), ("image-policy.k8s.io/break-glass", .text("true")),
          ("pratique.dev/exempt", .text("true")), ("verified", .text("pass")),
        ])
        return .object(members + [(place % 2 == 0 ? "annotations" : "labels", notes)])
      case (7, .array(let elements)): return .array(elements + [other])
      case (8, _): return .object([("items", .array([value])), ("kind", .text("List")), ("apiVersion", .text("v1"))])
      case (9, .text): return .bare(place % 2 == 0 ? "null" : "true")
      default: return other
      }
    }
  }

  /// A list of one container, or one volume, with `image`.
  private static func smuggled(_ image: String, _ list: String) -> Tree {
    list == "volumes"
      ? .array([.object([("name", .text("v")), ("image", .object([("reference", .text(image))]))])])
      : .array([.object([("name", .text("x")), ("image", .text(image))])])
  }
}
