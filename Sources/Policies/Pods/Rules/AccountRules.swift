import Images

extension PodRule {
  /// kubeaudit AutomountServiceAccountTokenTrueAndDefaultSA; kubesec AutomountServiceAccountToken.
  static let serviceAccountToken = PodRule(id: "serviceAccountToken") { subject in
    let asked = subject.pod.spec.present("automountServiceAccountToken")?.bool
    let isOwn = !["", "default"].contains(account(subject.pod))
    // A token is for who asks for it, and in the name of somebody in particular.
    guard asked != false, !(asked == true && isOwn) else { return nil }
    return lacking(
      "serviceAccountToken",
      "the pod must set automountServiceAccountToken=false, or ask for the token of an account of its own")
  }

  /// kubesec ServiceAccountName.
  static let serviceAccountName = PodRule(id: "serviceAccountName") { subject in
    guard ["", "default"].contains(account(subject.pod)) else { return nil }
    return lacking("serviceAccountName", "the pod must set serviceAccountName to an account of its own")
  }

  /// kubeaudit AutomountServiceAccountTokenDeprecated.
  static let deprecatedServiceAccount = PodRule(id: "deprecatedServiceAccount") { subject in
    guard let old = subject.pod.spec.present("serviceAccount"), old.string != account(subject.pod, heedsOld: false) else {
      return nil
    }
    return lacking("deprecatedServiceAccount", "the pod must set serviceAccountName in place of serviceAccount")
  }

  private static func account(_ pod: PodFields, heedsOld: Bool = true) -> String {
    pod.spec.present("serviceAccountName")?.string
      ?? (heedsOld ? pod.spec.present("serviceAccount")?.string : nil) ?? ""
  }

  /// Who the processes are, in numbers that no account of a node has.
  static let identities: [PodRule] = [
    // kubesec RunAsUser.
    eachContainer("highUser", "must set securityContext.runAsUser above 10000") { container, pod in
      (container.security.runAsUser ?? pod.security.runAsUser)?.int ?? 0 > 10_000
    },
    // kubesec RunAsGroup.
    eachContainer("highGroup", "must set securityContext.runAsGroup above 10000") { container, pod in
      let group = container.node.present("securityContext")?.present("runAsGroup")
      return (group ?? pod.spec.present("securityContext")?.present("runAsGroup"))?.int ?? 0 > 10_000
    },
    // kubesec HostUsers.
    PodRule(id: "hostUsers") { subject in
      subject.pod.hasOwnUsers ? nil : lacking("hostUsers", "the pod must set hostUsers=false")
    },
  ]

  /// kubeaudit deprecatedapis: what Kubernetes 1.16, 1.22 and 1.25 removed.
  static let deprecatedAPI = PodRule(id: "deprecatedAPI") { subject in
    let version = subject.review.workload.apiVersion
    guard ["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2", "batch/v1beta1", "batch/v2alpha1"].contains(version) else {
      return nil
    }
    return lacking("deprecatedAPI", "\(version) is no more; write \(version.hasPrefix("batch/") ? "batch/v1" : "apps/v1")")
  }
}
