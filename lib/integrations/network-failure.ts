/** Why no answer came. */
export type NetworkFailure = {
  /** In words, to follow "can't be reached:". Codes are for the log, which gets the cause itself. */
  because: string;
  /** False only when it is certain that nothing was sent: then the other side can't have acted. */
  mayHaveArrived: boolean;
};

const REFUSED = "nothing listens at its address";
const NO_WAY = "the network has no way to it";
const BROKEN = "the connection broke before an answer came";
const SILENT = "it didn't answer in time";
const CERTIFICATE = "its certificate isn't one that this server trusts";
const NOT_TLS = "what answers there doesn't speak TLS as this server does";

/** Failures before anything was sent, by the system's code. */
const unsent: Record<string, string> = {
  ECONNREFUSED: REFUSED,
  ENOTFOUND: "its name isn't known",
  EAI_AGAIN: "its name can't be looked up right now",
  EHOSTUNREACH: NO_WAY,
  ENETUNREACH: NO_WAY,
  UND_ERR_CONNECT_TIMEOUT: SILENT,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** Failures after which nobody knows what arrived. */
const sent: Record<string, string> = {
  ECONNRESET: BROKEN,
  ECONNABORTED: BROKEN,
  EPIPE: BROKEN,
  UND_ERR_SOCKET: BROKEN,
  ETIMEDOUT: SILENT,
  UND_ERR_HEADERS_TIMEOUT: SILENT,
  UND_ERR_BODY_TIMEOUT: SILENT,
  EPROTO: NOT_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
};

/** What an error of the network, or one that was caused by it, means. */
export function networkFailure(error: unknown): NetworkFailure {
  const code = codeOf(error) ?? "";
  const because = unsent[code] ?? sent[code];
  if (because) return { because, mayHaveArrived: !(code in unsent) };
  if (code.startsWith("HPE_")) {
    return { because: "what answers there doesn't speak HTTP", mayHaveArrived: true };
  }
  return { because: "the connection failed", mayHaveArrived: true };
}

/** The first system error code on the way down an error's causes. */
function codeOf(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ("code" in at && typeof at.code === "string") return at.code;
    // The one error of fetch that may come without its code.
    if (at.name === "HTTPParserError") return "HPE_UNKNOWN";
    // When every address of a name refuses, only the parts say anything.
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return null;
}
