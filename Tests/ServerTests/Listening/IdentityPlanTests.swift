import Foundation
import Images
import Server
import SwiftASN1
import Testing
import X509

@Suite("The plan of a self-made certificate")
struct IdentityPlanTests {
  private let start = Date(timeIntervalSince1970: 1_800_000_000)
  private let plan = IdentityPlan(names: ["gate.pratique.svc", "gate.pratique.svc.cluster.local"])

  /// How many authorities are known, and which of them has signed what is shown, counted from the oldest.
  private func look(_ identity: ServingIdentity) throws -> (authorities: Int, signer: Int?) {
    let bundle = try Self.authorities(identity)
    let leaf = try Certificate(pemEncoded: String(decoding: identity.chain, as: UTF8.self))
    return (bundle.count, bundle.firstIndex { $0.publicKey.isValidSignature(leaf.signature, for: leaf) })
  }

  static func authorities(_ identity: ServingIdentity) throws -> [Certificate] {
    try PEMDocument.parseMultiple(pemString: String(decoding: identity.bundle, as: UTF8.self)).map {
      try Certificate(pemDocument: $0)
    }
  }

  @Test("makes a certificate for the service's names, good for serving and nothing else")
  func first() throws {
    let identity = try #require(try plan.next(nil, at: start))
    let leaf = try Certificate(pemEncoded: String(decoding: identity.chain, as: UTF8.self))
    let names = try #require(try leaf.extensions.subjectAlternativeNames)
    #expect(Array(names) == [.dnsName("gate.pratique.svc"), .dnsName("gate.pratique.svc.cluster.local")])
    #expect(try leaf.extensions.extendedKeyUsage.map { Array($0) } == [.serverAuth])
    #expect(try leaf.extensions.basicConstraints == .notCertificateAuthority)
    #expect(try leaf.extensions.keyUsage == KeyUsage(digitalSignature: true))
    #expect(leaf.notValidBefore < start && leaf.notValidAfter <= start.addingTimeInterval(IdentityPlan.leafSeconds))
    let authority = try #require(try Self.authorities(identity).first)
    #expect(try authority.extensions.basicConstraints == .isCertificateAuthority(maxPathLength: 0))
    #expect(plan.step(identity, at: start) == .keep)
  }

  @Test("survives the Secret, and takes nothing else for an identity")
  func secret() throws {
    let identity = try #require(try plan.next(nil, at: start))
    let read = try #require(ServingIdentity(identity.values))
    #expect(read.bundle == identity.bundle && read.chain == identity.chain)
    #expect(!"\(identity.values)".contains("PRIVATE KEY") && !"\(read.key)".contains("PRIVATE KEY"))
    let other = try #require(try plan.next(nil, at: start))
    for key in ["ca.crt", "ca.key", "tls.crt", "tls.key"] {
      var values = identity.values
      values[key] = other.values[key]
      #expect(ServingIdentity(values) == nil, "\(key) of another identity is taken")
      values[key] = nil
      #expect(ServingIdentity(values) == nil, "\(key) is not missed")
    }
  }

  @Test("makes an authority known before it vouches, and forgets the old one after")
  func authorities() throws {
    var identity = try #require(try plan.next(nil, at: start))
    // The certificate is renewed under the old authority until that is due.
    var now = start
    while plan.step(identity, at: now) != .addAuthority {
      now += 86_400
      if plan.step(identity, at: now) == .renewLeaf { identity = try #require(try plan.next(identity, at: now)) }
      try #require(now < start.addingTimeInterval(IdentityPlan.authoritySeconds))
    }
    #expect(now.timeIntervalSince(start) >= IdentityPlan.authoritySeconds * 2 / 3 - 86_400)
    identity = try #require(try plan.next(identity, at: now))
    var seen = try look(identity)
    #expect(seen == (2, 0))
    #expect(plan.step(identity, at: now + IdentityPlan.settleSeconds - 1) == .keep)
    now += IdentityPlan.settleSeconds
    #expect(plan.step(identity, at: now) == .renewLeaf)
    identity = try #require(try plan.next(identity, at: now))
    seen = try look(identity)
    #expect(seen == (2, 1))
    #expect(plan.step(identity, at: now + IdentityPlan.settleSeconds - 1) == .keep)
    now += IdentityPlan.settleSeconds
    identity = try #require(try plan.next(identity, at: now))
    seen = try look(identity)
    #expect(seen == (1, 0))
    #expect(plan.step(identity, at: now) == .keep)
  }

  @Test("never shows an expired certificate in ten years of looking once a day")
  func years() throws {
    var identity = try #require(try plan.next(nil, at: start))
    var renewals = 0
    for day in 1...3_650 {
      let now = start + Double(day) * 86_400
      while let next = try plan.next(identity, at: now) {
        // What is shown next is vouched for by somebody who was known before.
        let leaf = try Certificate(pemEncoded: String(decoding: next.chain, as: UTF8.self))
        let known = try Self.authorities(identity).contains { $0.publicKey.isValidSignature(leaf.signature, for: leaf) }
        #expect(known, "day \(day)")
        identity = next
        renewals += 1
      }
      let leaf = try Certificate(pemEncoded: String(decoding: identity.chain, as: UTF8.self))
      try #require(leaf.notValidAfter > now)
    }
    #expect((60...120).contains(renewals), "\(renewals)")
  }

  @Test("makes another certificate when the service is called otherwise, and all anew when everything has expired")
  func otherwise() throws {
    let identity = try #require(try plan.next(nil, at: start))
    #expect(IdentityPlan(names: ["gate.other.svc"]).step(identity, at: start) == .renewLeaf)
    #expect(plan.step(identity, at: start + IdentityPlan.authoritySeconds) == .make)
  }
}
