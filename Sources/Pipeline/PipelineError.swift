package import Images

/// What can end a pipeline run.
package enum PipelineError: Problem, Equatable {
  /// The definition names an attestor for which no key was given.
  case missingKey(attestor: String)
  case missingProgram(String)
  /// `status` is `exit code 3` or `signal 9`; `lastLines` are the last that it printed, made printable, oldest first.
  case failedProgram(String, status: String, lastLines: [String])
  case overDeadline(String, seconds: Int)
  case unreadable(file: String, because: String)
  /// A pattern of the definition that no file matches.
  case noTemplate(pattern: String)
  /// Every fault of every template, each with file, line and remedy.
  case faultyTemplates([String])
  /// No template runs the image that is built here.
  case imageInNoTemplate(Repository)
  /// The builder ended well and left nothing that can be read where the image has to be.
  case noImageBuilt(at: String, because: String)
  /// The audit found what the gate does not let through. At least one.
  case denied([GateFinding])
  case digestChanged(built: Digest, pushed: Digest)

  package var code: String {
    switch self {
    case .missingKey: "missing-key"
    case .missingProgram: "missing-program"
    case .failedProgram: "failed-program"
    case .overDeadline: "over-deadline"
    case .unreadable: "unreadable-file"
    case .noTemplate: "no-template"
    case .faultyTemplates: "faulty-templates"
    case .imageInNoTemplate: "image-in-no-template"
    case .noImageBuilt: "no-image-built"
    case .denied: "audit-denied"
    case .digestChanged: "digest-changed"
    }
  }

  package var problem: String {
    switch self {
    case .missingKey(let attestor): "There is no key for the attestor \(attestor)."
    case .missingProgram(let name): "The program \(printable(name)) is not installed."
    case .failedProgram(let name, let status, let lines):
      "\(printable(name)) ended with \(status)" + (lines.isEmpty ? " and said nothing." : ":\n\(lines.joined(separator: "\n"))\n")
    case .overDeadline(let name, let seconds): "\(printable(name)) was still running after \(seconds) s and was stopped."
    case .unreadable(let file, let reason): "\(printable(file)) cannot be read: \(reason)."
    case .noTemplate(let pattern): "No file matches the template \(printable(pattern))."
    case .faultyTemplates(let faults): "The templates are faulty:\n\(faults.map { "- \($0)\n" }.joined())"
    case .imageInNoTemplate(let repository): "No template runs \(repository)."
    case .noImageBuilt(let path, let reason): "The builder left no image at \(printable(path)): \(reason)."
    case .denied(let findings): "The gate says no:\n\(findings.map { "- \($0)\n" }.joined())"
    case .digestChanged(let built, let pushed): "The image was built as \(built) and the registry has \(pushed)."
    }
  }

  package var remedy: String {
    switch self {
    case .missingKey(let attestor): "Make one with `pratique keys create`, and give --key \(attestor)=FILE."
    case .missingProgram(let name): "Install it, on Debian with `apt-get install \(printable(name))`."
    case .failedProgram: "Mend what it complains of and run the pipeline again."
    case .overDeadline: "Look at the log for what it waits for, or give the build less to do."
    case .unreadable: "Check that it exists, is a regular file and may be read."
    case .noTemplate: "Correct the pattern, or take it out of templates."
    case .faultyTemplates: "Mend the templates and run the pipeline again."
    case .imageInNoTemplate: "Name the image in one of the templates, or correct image in pratique.yaml."
    case .noImageBuilt: "Have the command write the image to the path in $PRATIQUE_OUTPUT, in the form that output names."
    case .denied: "Follow the remedies above, or change the gate in pratique.yaml if this is acceptable. Nothing was pushed."
    case .digestChanged: "Do not deploy it; treat the registry or the way to it as tampered with."
    }
  }
}
