import type { LabelSelector, Stored } from "../kube-object.ts";

/** The objects by which an administrator has writes checked, as far as the emulation reasons. */

export type ResourceRule = {
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  operations?: string[];
  resourceNames?: string[];
  scope?: string;
};

export type MatchResources = {
  resourceRules?: ResourceRule[];
  excludeResourceRules?: ResourceRule[];
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  matchPolicy?: string;
};

export type Validation = {
  expression: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
};

export type Policy = Stored & {
  spec: {
    paramKind?: { apiVersion?: string; kind?: string };
    matchConstraints?: MatchResources;
    matchConditions?: { name: string; expression: string }[];
    variables?: { name: string; expression: string }[];
    validations?: Validation[];
    auditAnnotations?: { key: string; valueExpression: string }[];
    failurePolicy?: "Fail" | "Ignore";
  };
};

export type ParamRef = {
  name?: string;
  namespace?: string;
  selector?: LabelSelector;
  parameterNotFoundAction?: "Allow" | "Deny";
};

export type Binding = Stored & {
  spec: {
    policyName?: string;
    paramRef?: ParamRef;
    matchResources?: MatchResources;
    validationActions?: string[];
  };
};

export const POLICIES = "validatingadmissionpolicies";
export const BINDINGS = "validatingadmissionpolicybindings";
