import GRPCCore
import Schemas

/// google.cloud.binaryauthorization.v1 over gRPC, and the access methods that its clients call.
extension MetadataMethods {
  func registerPolicies<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    let management = "google.cloud.binaryauthorization.v1.BinauthzManagementServiceV1"
    unary(management, "GetPolicy", &router, policies.getPolicy)
    unary(management, "UpdatePolicy", &router, policies.updatePolicy)
    unary(management, "CreateAttestor", &router, policies.createAttestor)
    unary(management, "GetAttestor", &router, policies.getAttestor)
    unary(management, "UpdateAttestor", &router, policies.updateAttestor)
    unary(management, "ListAttestors", &router, policies.listAttestors)
    deleting(management, "DeleteAttestor", &router) { try await policies.deleteAttestor($0, by: $2) }
    unary("google.cloud.binaryauthorization.v1.SystemPolicyV1", "GetSystemPolicy", &router, policies.getSystemPolicy)
    unary(
      "google.cloud.binaryauthorization.v1.ValidationHelperV1", "ValidateAttestationOccurrence", &router,
      policies.validateAttestationOccurrence)
    let access = "google.iam.v1.IAMPolicy"
    unary(access, "SetIamPolicy", &router, service.setIamPolicy)
    unary(access, "GetIamPolicy", &router, service.getIamPolicy)
    unary(access, "TestIamPermissions", &router, service.testIamPermissions)
  }
}
