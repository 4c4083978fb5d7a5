/// Who is trusted to sign, whose word counts about it, and how much of that is demanded.
package struct SigstoreTrust: Sendable {
  /// Who may have signed.
  package enum Signer: Sendable {
    /// One key, for what it signs with alone.
    case key(PublicKey)
    /// Anybody with a certificate under a trusted root who is one of these.
    case identities([CertificateIdentity])
  }

  package let signer: Signer
  package let root: TrustedRoot
  package let requirements: SigstoreRequirements

  package init(signer: Signer, root: TrustedRoot, requirements: SigstoreRequirements = SigstoreRequirements()) {
    self.signer = signer
    self.root = root
    self.requirements = requirements
  }

  /// What `bundle` proves about `artifact`: pure, and bounded whatever is in it.
  ///
  /// Everything that the bundle carries has to hold, not only as much as is demanded: one bad entry or timestamp refuses it.
  /// Only timestamps of authorities that are not known are left aside.
  /// An envelope has to hold an in-toto statement with the artifact among its subjects.
  ///
  /// - Parameter nowSeconds: seconds since 1970 UTC. A log or authority may be five minutes ahead.
  ///
  /// Source: sigstore/architecture-docs, client-spec.md, section 4, "Verification".
  package func verdict(
    on bundle: SigstoreBundle, over artifact: SignedArtifact, at nowSeconds: Int64
  ) -> Result<VerifiedBundle, SigstoreRefusal> {
    do throws(SigstoreRefusal) {
      let check = BundleCheck(trust: self, bundle: bundle, artifact: artifact, nowSeconds: nowSeconds)
      return .success(try check.verified())
    } catch {
      return .failure(error)
    }
  }
}
