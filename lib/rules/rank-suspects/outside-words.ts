/**
 * Words and phrases of causes that no change here brings, by what they speak of, with the log-odds that
 * one of them adds. Phrases are what programs print word for word (PostgreSQL, libc, Go, Java, OpenSSL,
 * cloud interfaces, caches at the edge) or how people say that others are hit too.
 */
export const OUTSIDE_WORDS: {
  of: string;
  logOdds: number;
  words: string[];
  phrases?: RegExp[];
  /** They may well refuse what we ask of them since a change: words beside a refusal don't count. */
  mayRefuse?: true;
}[] = [
  {
    of: "something that expires",
    logOdds: 2,
    words: ["certificate", "x509", "expired", "notafter", "expiredtoken", "max_ttl"],
    phrases: [
      /\b(?:tokens?|licen[cs]es?|leases?|subscriptions?|domains?|contracts?|passwords?)\b.{0,40}\b(?:lapsed|ran out|runs out)\b/i,
    ],
  },
  {
    of: "something that was full",
    logOdds: 1.4,
    words: ["enospc", "inodes"],
    phrases: [
      /\bno space left\b/i,
      /\bdisks? (?:is |are |was )?full\b/i,
      /\bdisk quota exceeded\b/i,
    ],
  },
  {
    of: "numbers that ran out",
    logOdds: 2,
    words: ["wraparound"],
    phrases: [
      /\breached maximum value of sequence\b/i,
      /\bout of range for type (?:integer|smallint)\b/i,
      /\bfailed to read auto-?increment value\b/i,
    ],
  },
  {
    of: "traffic",
    logOdds: 1.5,
    words: [
      ...["ddos", "traffic", "surge", "flood", "botnet", "scraper", "crawler", "viral", "syn"],
      ...["visitors", "campaign", "advertisement", "marketing", "attack", "stuffing"],
    ],
    phrases: [/\bfrom [\d,.]+ ?k? (?:ip )?(?:addresses|ips|hosts|clients)\b/i],
  },
  {
    of: "a cloud or data centre",
    logOdds: 1.7,
    words: [
      ...["aws", "amazonaws", "gcp", "googleapis", "azure", "cloudflare", "fastly", "akamai"],
      ...["zone", "region", "datacenter", "datacentre", "facility", "cooling"],
      ...["throttlingexception", "requestlimitexceeded", "slowdown", "varnish", "cloudfront"],
    ],
    phrases: [
      /\bguru meditation\b/i,
      /\b(?:us|eu|ap|sa|ca|me|af)-(?:north|south|central)?(?:east|west|north|south|central)-?\d[a-f]?\b/i,
    ],
  },
  {
    of: "the network",
    logOdds: 1.6,
    words: [
      ...["dns", "nxdomain", "servfail", "eai_again", "getaddrinfo", "coredns", "resolver", "bgp"],
      ...["isp", "packet", "unreachable", "fiber", "fibre", "backbone", "peering", "network"],
      ...["traceroute", "unknownhostexception", "enotfound"],
    ],
    phrases: [/\bno such host\b/i, /\bname resolution\b/i, /\bname or service not known\b/i],
  },
  {
    of: "somebody else's service",
    logOdds: 1.7,
    mayRefuse: true,
    words: [
      ...["provider", "vendor", "stripe", "twilio", "sendgrid", "paypal", "adyen", "okta", "auth0"],
      ...["partner", "third-party", "thirdparty", "toomanyrequests"],
      ...["braintree", "mailgun", "postmark", "plaid", "firebase", "apns", "fcm", "letsencrypt"],
      ...["salesforce", "algolia", "mapbox", "openai", "worldpay", "klarna", "vonage", "supplier"],
    ],
    phrases: [
      /\bstatus ?page\b/i,
      /\bon their (?:side|end)\b/i,
      /\bother (?:sites?|companies|websites|apps)\b/i,
      /\bquota (?:was |is |has been )?exceeded\b/i,
    ],
  },
  {
    of: "hardware or a failover",
    logOdds: 1.6,
    words: [
      ...["hardware", "power", "raid", "kernel", "hypervisor", "failover", "quorum", "elected"],
      ...["replication", "corrupted", "reboot", "rebooted", "nvme", "firmware", "bugcheck"],
      ...["notready", "ecc"],
    ],
  },
  {
    of: "a scheduled job",
    logOdds: 0.7,
    words: ["cron", "cronjob", "crontab", "nightly", "autovacuum", "backup", "pg_dump"],
  },
  {
    of: "the calendar",
    logOdds: 1.2,
    words: ["midnight", "daylight"],
    phrases: [
      /\b00:00(?::00)?\b/,
      /\bleap (?:second|day|year)\b/i,
      /\btime ?zone (?:rules|data)\b/i,
    ],
  },
];
