import Foundation
import Policies

/// One case of the directory, run step by step.
struct CaseRunner {
  /// The world every case starts from.
  let common: CaseValue
  /// Prints what is only advisory.
  let isVerbose: Bool

  /// - Throws: `Unrunnable` for what cannot be run, by name.
  func outcome(of theCase: CaseValue) async -> Outcome {
    do {
      if let expected = theCase["steps"]?.elements, !expected.isEmpty {
        try World.refuseUnknown(
          theCase, ["id", "title", "class", "sources", "why", "world", "steps", "note"], "case")
        return try await steps(of: theCase, expected)
      }
      if let table = theCase["table"] { return try await TableCase(table).outcome() }
      if let input = theCase["input"] { return try await InputCase(input, expecting: theCase["expect"] ?? .null).outcome() }
      throw Unrunnable("it has neither steps nor table nor input")
    } catch let error as Unrunnable {
      return .skipped(because: error.description)
    } catch {
      return .failed(expected: "a case that runs", got: "\(error)")
    }
  }

  private func steps(of theCase: CaseValue, _ steps: [CaseValue]) async throws -> Outcome {
    let own = common.merged(with: theCase["world"] ?? .object([:]))
    var faults: [String] = []
    var skip: Unrunnable?
    // Steps in one world meet one gate: what it remembers of the first must not change the second.
    for group in Self.grouped(steps) {
      let numbers = group.map { $0.number }
      do {
        faults += try await run(group, in: own, theCase)
      } catch let error as Unrunnable {
        skip = skip ?? Unrunnable(steps.count == 1 ? error.description : "step \(numbers[0]): \(error)")
      }
    }
    if !faults.isEmpty { return .failed(expected: "every step as written", got: faults.joined(separator: "\n            ")) }
    if let skip { throw skip }
    return .passed
  }

  private static func grouped(_ steps: [CaseValue]) -> [[(number: Int, step: CaseValue)]] {
    var groups: [[(number: Int, step: CaseValue)]] = []
    for (index, step) in steps.enumerated() {
      if let last = groups.last?.last, last.step["world"] == step["world"] {
        groups[groups.count - 1].append((index + 1, step))
      } else {
        groups.append([(index + 1, step)])
      }
    }
    return groups
  }

  private func run(_ group: [(number: Int, step: CaseValue)], in own: CaseValue, _ theCase: CaseValue) async throws -> [String] {
    let change = group[0].step["world"] ?? .object([:])
    let world = try World(own.merged(with: change))
    let steps = try group.map { number, step in
      try World.refuseUnknown(step, ["note", "world", "request", "expect"], "step \(number)")
      return Step(
        number: number, body: try RequestBody(step["request"] ?? .null),
        expectation: try Expectation((step["expect"] ?? .object([:]))))
    }
    let asked = Set([theCase["world"], change].flatMap { $0?.members.keys.map { $0 } ?? [] })
    let asksRegistries =
      world.resolvesTags
      || !asked.isDisjoint(with: ["registry", "registry+", "registryBehaviour", "registryBehaviour+", "registryCredentials"])
    let isVerbose = isVerbose
    do {
      return try await GateUnderTest.run(world, asksRegistries: asksRegistries) { gate in
        var faults: [String] = []
        for step in steps {
          let seen = try await step.observe(gate, mutates: world.resolvesTags)
          faults += try step.expectation.faults(in: seen).map { "step \(step.number): \($0)" }
          if isVerbose { print("  step \(step.number): \(seen)") }
          if isVerbose, let missed = step.expectation.missedHint(in: seen) { print("  NOTE \(missed)") }
        }
        return faults
      }
    } catch let refusal as DocumentError {
      // A gate whose rules are refused lets nothing in; its pod never becomes ready and the cluster's webhook fails closed.
      return try steps.flatMap { step in
        let seen = Observation(refused: "\(refusal)", request: step.body.bytes)
        return try step.expectation.faults(in: seen).map { "step \(step.number): \($0)" }
      }
    }
  }
}

/// One request and what must come of it.
struct Step: Sendable {
  let number: Int
  let body: RequestBody
  let expectation: Expectation

  /// Does what the API server does: asks the mutating webhook where there is one, applies its patch, asks the validating one.
  func observe(_ gate: GateUnderTest, mutates: Bool) async throws -> Observation {
    let before = try await gate.store.count
    let glassBefore = gate.glass.lines.count
    gate.registry.forgetTraces()
    Resident.forgetPeak()
    let resident = Resident.now
    let start = ContinuousClock.now
    var seen = Observation(request: body.bytes, answer: await gate.send(body, to: mutates ? "/mutate" : "/validate"))
    if mutates, seen.isAllowed {
      let patched = RequestBody(bytes: seen.patchedRequest(body.bytes), headers: body.headers)
      let last = Observation(request: patched.bytes, answer: await gate.send(patched, to: "/validate"))
      if !last.isAllowed { seen = last }
    }
    let took = start.duration(to: .now)
    seen.milliseconds = Double(took.components.seconds) * 1000 + Double(took.components.attoseconds) / 1e15
    seen.residentMegabytes = Resident.peak
    seen.grownMegabytes = Resident.peak - resident
    seen.registry = gate.registry.traces
    seen.auditEvents = Array(gate.glass.lines.dropFirst(glassBefore))
    seen.writes = try await gate.store.count - before + seen.auditEvents.count
    return seen
  }
}
