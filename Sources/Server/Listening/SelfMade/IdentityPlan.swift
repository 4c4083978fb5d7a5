package import Foundation
import X509

/// When a self-made certificate and its authority are to be replaced. Pure.
///
/// A new authority is first only made known; it vouches for the certificate once every replica and the API server have
/// heard of it, and the old one is dropped once every replica shows the new certificate. So there is no moment at which a
/// replica shows what the API server does not know.
package struct IdentityPlan: Sendable {
  /// What is to be done next, one thing at a time.
  package enum Step: Equatable, Sendable {
    case keep
    /// An authority and a certificate from nothing.
    case make
    /// A further authority that vouches for nothing yet.
    case addAuthority
    /// A certificate of the newest authority.
    case renewLeaf
    /// All authorities but the newest go.
    case dropAuthorities
  }

  package static let leafSeconds: TimeInterval = 90 * 86_400
  package static let authoritySeconds: TimeInterval = 730 * 86_400
  /// Certificates begin a little in the past: clocks differ.
  package static let skewSeconds: TimeInterval = 300
  /// For every replica and the API server to hear of something: each replica looks every ten seconds.
  package static let settleSeconds: TimeInterval = 600

  /// DNS names that the certificate must be good for.
  let names: [String]

  package init(names: [String]) { self.names = names }

  /// What is due.
  package func step(_ identity: ServingIdentity?, at now: Date) -> Step {
    guard let identity, let newest = identity.authorities.last, newest.notValidAfter > now else { return .make }
    let (leaf, leafAge) = (identity.leaf, age(identity.leaf.notValidBefore, now))
    let isLeafDue = isDue(leaf.notValidBefore, leaf.notValidAfter, now) || Set(identity.names) != Set(names)
    if !identity.isOfNewestAuthority {
      let isSettled = age(newest.notValidBefore, now) >= Self.settleSeconds
      return isSettled || leaf.notValidAfter <= now ? .renewLeaf : .keep
    }
    if isDue(newest.notValidBefore, newest.notValidAfter, now), identity.authorities.count == 1 { return .addAuthority }
    if isLeafDue { return .renewLeaf }
    return identity.authorities.count > 1 && leafAge >= Self.settleSeconds ? .dropAuthorities : .keep
  }

  private func age(_ since: Date, _ now: Date) -> TimeInterval { now.timeIntervalSince(since) - Self.skewSeconds }

  /// Past two thirds of its life.
  private func isDue(_ from: Date, _ until: Date, _ now: Date) -> Bool {
    now.timeIntervalSince(from) >= until.timeIntervalSince(from) * 2 / 3
  }
}
