import type { Evidence } from "@/lib/contracts/suspect";
import { ageInWords, counted } from "@/lib/rules/say";
import type { Candidate } from "./could-have-caused";
import type { World } from "./incident-world";
import type { Place } from "./weigh-place";
import { podsOf } from "./weigh-pods";
import type { TextIndex } from "./weigh-texts";
import type { WaysBack } from "./weigh-ways-back";

const MINUTE_MS = 60_000;
/** A change this close to the start of harm is near it. */
const NEAR_MS = 60 * MINUTE_MS;
const LEAST_POINTS = 10;
const OFTEN = 0.02;
const OVER_MS = 5 * MINUTE_MS;
const SUDDEN_MS = 5 * MINUTE_MS;
const MOST_FROM_WORDS = 2.2;
const MOST_CHARACTERS = 5_000;

/** Words of causes that no change here brings, by what they speak of. */
const OUTSIDE: { of: string; logOdds: number; words: string[] }[] = [
  { of: "a certificate", logOdds: 1.5, words: ["certificate", "x509", "expired", "notafter"] },
  {
    of: "traffic",
    logOdds: 1.3,
    words: ["ddos", "traffic", "surge", "flood", "botnet", "scraper", "crawler", "viral", "syn"],
  },
  {
    of: "a cloud or data centre",
    logOdds: 1.4,
    words: [
      ...["aws", "amazonaws", "gcp", "googleapis", "azure", "cloudflare", "fastly", "akamai"],
      ...["zone", "region", "datacenter", "datacentre", "facility", "cooling"],
    ],
  },
  {
    of: "the network",
    logOdds: 1.1,
    words: [
      ...["dns", "nxdomain", "servfail", "eai_again", "getaddrinfo", "coredns", "resolver", "bgp"],
      ...["isp", "packet", "unreachable", "fiber", "fibre", "backbone", "peering", "network"],
    ],
  },
  {
    of: "somebody else's service",
    logOdds: 1.2,
    words: [
      ...["provider", "vendor", "stripe", "twilio", "sendgrid", "paypal", "adyen", "okta", "auth0"],
      ...["partner", "upstream", "third-party", "thirdparty"],
    ],
  },
  {
    of: "hardware or a failover",
    logOdds: 1.2,
    words: [
      ...["hardware", "power", "raid", "kernel", "hypervisor", "failover", "quorum", "elected"],
      ...["replication", "corrupted", "reboot", "rebooted"],
    ],
  },
];
/** A host's name under a public ending; inside a cluster names end otherwise. */
const OUTSIDE_HOST = /\b(?:[a-z0-9-]{1,63}\.){1,8}(?:com|net|org|io|dev|cloud|co|example|us|eu)\b/i;
const FAILS = /\b(?:5\d\d|429)\b|time[ds]? ?out|unavailable|too many|limit|refused|reset|down\b/i;
/** What an outside host refuses may well be what we ask of it since a change. */
const REFUSES_US =
  /\b(?:400|401|403|404|405|409|410|415|422)\b|unauthori[sz]ed|forbidden|invalid|malformed/i;

/** What speaks for an outside cause, or for something older than what was looked at. */
export function weighNoChange(
  candidates: readonly { candidate: Candidate; place: Place }[],
  texts: TextIndex,
  ways: WaysBack,
  world: World,
): Evidence[] {
  const related = candidates.filter(({ place }) => place === "own" || place === "below");
  return [
    ...nothingNear(related, world),
    ...manyAtOnce(related, world),
    ...belowWithout(related, world),
    ...fromWords(related, texts),
    ...fromHosts(related, texts, world),
    ...unhealthyWithout(candidates, world),
    ...waysThatFailed(ways, world),
    ...nothingSeen(world),
    ...nothingNew(world),
    ...overByItself(related, world),
  ];
}

/** What is said to be hurt has signals, and none of them shows it. */
function nothingSeen({ course, affected, traces, onset }: World): Evidence[] {
  const seen = affected.filter((name) => (traces.get(name)?.points.length ?? 0) >= LEAST_POINTS);
  if (course || onset.from === "person" || seen.length === 0) return [];
  return [
    {
      sentence: `The signal of ${seen.join(", ")} shows no harm that began then.`,
      logOdds: onset.from === "declaration" ? 0.6 : 1.8,
    },
  ];
}

/** A signal that often is beyond its threshold says little when it is so once more. */
function nothingNew({ affected, traces, onset }: World): Evidence[] {
  const shares = affected.flatMap((name) => {
    const trace = traces.get(name);
    if (!trace) return [];
    const before = trace.points.flatMap(([at, value]) =>
      at < onset.earliest && value !== null ? [value] : [],
    );
    const isBad = (value: number) =>
      trace.harmWhen === "above" ? value > trace.threshold : value < trace.threshold;
    const share = before.filter(isBad).length / before.length;
    return before.length >= LEAST_POINTS && share >= OFTEN ? [{ name, share }] : [];
  });
  const [most] = shares.sort((a, b) => b.share - a.share);
  if (!most) return [];
  return [
    {
      sentence: `The signal of ${most.name} had been beyond its threshold before too, for ${Math.round(most.share * 100)}\u00a0% of the time.`,
      logOdds: 1.5,
    },
  ];
}

/** What a change does stays until somebody does something about it. */
function overByItself(related: readonly { candidate: Candidate }[], world: World): Evidence[] {
  const { course, onset, now } = world;
  if (!course || now - course.lastBadAt < OVER_MS) return [];
  const places = new Set(related.flatMap(({ candidate }) => candidate.change.services));
  const isActedOn = world.changes.some(
    ({ kind, at, services }) =>
      kind !== "merge" &&
      Date.parse(at) > onset.latest &&
      Date.parse(at) <= course.lastBadAt + OVER_MS &&
      services.some((name) => places.has(name)),
  );
  if (isActedOn || world.evidence.wayBacks.length > 0) return [];
  return [
    {
      sentence: `The signal of ${course.service} has been good again for ${ageInWords(now - course.lastBadAt)}, though nobody took anything back.`,
      logOdds: 1,
    },
  ];
}

function nothingNear(related: readonly { candidate: Candidate }[], world: World): Evidence[] {
  const { onset, course } = world;
  const last = Math.max(...related.map(({ candidate }) => candidate.until));
  if (related.length === 0) {
    return [
      {
        sentence: "Nothing changed before harm on what is hurt, nor on what it depends on.",
        logOdds: 0.5,
      },
    ];
  }
  const since = onset.earliest - last;
  if (since < NEAR_MS) return [];
  const isSudden = course !== null && course.riseMs <= SUDDEN_MS;
  return [
    {
      sentence: `${isSudden ? "Harm came at once, and the" : "The"} last change there was ${ageInWords(since)} before.`,
      logOdds: isSudden ? 0.6 : 0.2,
    },
  ];
}

function manyAtOnce(related: readonly { candidate: Candidate }[], world: World): Evidence[] {
  const { hurt } = world;
  if (hurt.length < 3) return [];
  const isShared = related.some(
    ({ candidate: { change, at } }) =>
      world.onset.at - at < NEAR_MS &&
      hurt.every((name) =>
        change.services.some((one) => one === name || world.reach.get(name)?.has(one)),
      ),
  );
  return isShared
    ? []
    : [
        {
          sentence: `${hurt.length} services are hurt, and nothing that changed in the hour before is shared by all of them.`,
          logOdds: 1.5,
        },
      ];
}

/** A dependency turned bad first, and nothing changed on it or below it. */
function belowWithout(related: readonly { candidate: Candidate }[], world: World): Evidence[] {
  const below = [...world.turned.values()]
    .filter(
      ({ service, latest }) =>
        latest < world.onset.at &&
        !world.affected.includes(service) &&
        world.affected.some((name) => world.reach.get(name)?.has(service)),
    )
    .sort((a, b) => a.at - b.at);
  const [first] = below;
  if (!first) return [];
  const isChanged = related.some(({ candidate: { change, at } }) =>
    first.at - at < 4 * NEAR_MS && at <= first.latest
      ? change.services.some(
          (name) => name === first.service || world.reach.get(first.service)?.has(name),
        )
      : false,
  );
  return isChanged
    ? []
    : [
        {
          sentence: `${first.service} turned bad first, and nothing changed there lately.`,
          logOdds: 1.2,
        },
      ];
}

/** Words of outside causes, unless what changed near the harm is about the same. */
function fromWords(related: readonly { candidate: Candidate }[], texts: TextIndex): Evidence[] {
  let left = MOST_FROM_WORDS;
  return OUTSIDE.flatMap(({ of, logOdds, words }) => {
    const said = words.find((word) => texts.says(word));
    if (!said || left <= 0 || isAboutIt(said, related, texts)) return [];
    const weight = Math.min(left, logOdds);
    left -= weight;
    return [{ sentence: `The incident's words speak of ${of}: “${said}”.`, logOdds: weight }];
  });
}

function isAboutIt(
  word: string,
  related: readonly { candidate: Candidate }[],
  texts: TextIndex,
): boolean {
  return related.some(({ candidate }) => texts.occursIn(word, candidate.change));
}

/** A host outside that the words say fails. */
function fromHosts(
  related: readonly { candidate: Candidate }[],
  texts: TextIndex,
  { evidence }: World,
): Evidence[] {
  const hosts = [...new Set(evidence.texts)].flatMap((text) => {
    const start = text.slice(0, MOST_CHARACTERS);
    const host = OUTSIDE_HOST.exec(start)?.[0];
    if (host === undefined || host.length > 100 || REFUSES_US.test(start)) return [];
    return [{ host: host.toLowerCase(), fails: FAILS.test(start) }];
  });
  hosts.sort((a, b) => Number(b.fails) - Number(a.fails) || (a.host < b.host ? -1 : 1));
  const [first] = hosts;
  if (!first || isAboutIt(first.host, related, texts)) return [];
  return [
    first.fails
      ? {
          sentence: `The incident's words say that ${first.host} fails, an outside host.`,
          logOdds: 1.6,
        }
      : { sentence: `The incident's words name ${first.host}, an outside host.`, logOdds: 0.8 },
  ];
}

function unhealthyWithout(all: readonly { candidate: Candidate }[], world: World): Evidence[] {
  if (world.evidence.unhealthy.length === 0) return [];
  const changed = new Set(all.flatMap(({ candidate }) => podsOf(candidate.change, world)));
  const still = new Set(
    world.evidence.unhealthy
      .filter((pods) => !changed.has(pods))
      .map(({ deployment }) => deployment),
  );
  if (still.size === 0) return [];
  return [
    {
      sentence: `Pods of ${counted(still.size, "Deployment")} that nobody changed lately are unhealthy.`,
      logOdds: 0.5,
    },
  ];
}

function waysThatFailed(ways: WaysBack, world: World): Evidence[] {
  const failed = [...ways.byId].filter(([, all]) =>
    all.some(({ at, helped }) => at >= world.onset.earliest && helped === false),
  );
  if (failed.length === 0) return [];
  return [
    {
      sentence: `${failed.length === 1 ? "A way back was" : `${failed.length} ways back were`} tried, and harm goes on.`,
      logOdds: Math.min(1.2, 0.6 * failed.length),
    },
  ];
}
