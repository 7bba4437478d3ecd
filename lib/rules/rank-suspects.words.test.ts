import { describe, expect, test } from "vitest";
import { deploy, flag, merge, rank } from "@/lib/server/test-suspects";

const SILENT = "None of the incident's telling words occurs in it.";
const told = (...texts: string[]) => ({ evidence: { texts } });

describe("a suspect that the words are silent about", () => {
  const changes = [
    deploy("tax", -9, "checkout", { carries: ["m1"] }),
    deploy("banner", -2, "checkout", { carries: ["m2"], revision: 3 }),
    deploy("unread", -4, "checkout", { revision: 4 }),
    flag("ramp", -3, 5, 50, "gift-cards"),
    merge("m1", 71, ["src/tax/rounding-rule.ts"]),
    merge("m2", 72, ["src/banner/header.css"]),
  ];

  test("is less likely than before, also when they speak of another", () => {
    const { wordsOf } = rank(changes, told("totals wrong for invoices", "at rounding-rule.ts:41"));
    expect(wordsOf("tax")).not.toContain(SILENT);
    expect(wordsOf("banner")).toContain(SILENT);
    expect(wordsOf("ramp")).toContain(SILENT);
  });

  test("isn't one of which nobody knows what it brought, nor where hardly anything is said", () => {
    expect(
      rank(changes, told("totals wrong for invoices, rounding")).wordsOf("unread"),
    ).not.toContain(SILENT);
    expect(rank(changes, told("rounding broke")).wordsOf("banner")).not.toContain(SILENT);
  });

  test("isn't part of a piece of work that they speak of", () => {
    const work = [
      deploy("code", -60, "checkout", { carries: ["m"] }),
      flag("ramp", -3, 5, 50, "gift-cards"),
      merge("m", 73, ["src/voucher/redeem.ts"], ["gift-cards"]),
    ];
    const { wordsOf } = rank(work, told("totals wrong for invoices", "at voucher/redeem.ts:9"));
    expect(wordsOf("ramp").join()).toContain("“redeem.ts”");
    expect(wordsOf("ramp")).not.toContain(SILENT);
  });
});

describe("two common words side by side", () => {
  const said = (brought: string, ...texts: string[]) =>
    rank(
      [
        deploy("tidy", -9, "checkout", { carries: [brought] }),
        deploy("banner", -2, "checkout", { carries: ["m2"], revision: 3 }),
        merge(brought, 78, ["src/delivery.ts"]),
        merge("m2", 72, ["src/banner/header.css"]),
      ],
      told("carrier refuses parcels since lunch", ...texts),
    ).wordsOf("tidy");

  test.each([
    ["Tidy post codes up", "no post code: postCode is undefined", "postCode"],
    ["Tidy post codes up", "(Post codes), 3 of them", "Post codes"],
    ["tidy-post-codes", "TypeError: postCode.trim", "postCode.trim"],
    ["Drop POST_CODE", "post-codes are gone", "post-codes"],
    ["postCode may be null", "every postcode is refused", "postcode"],
    ["Read the user name twice", "userName missing", "userName"],
  ])("%s: %s", (brought, text, quoted) => {
    const sentences = said(brought, text);
    expect(sentences).toContain(`The incident's words occur in #78: “${quoted}”.`);
    expect(sentences).not.toContain(SILENT);
  });

  test.each([
    ["Code of the post", "postCode is undefined"],
    ["After the post, code is read", "postCode is undefined"],
    ["Add an error response", "errorResponse: response error"],
    ["post", "code"],
  ])("aren't those apart, turned round, or of how harm is told: %s: %s", (brought, text) => {
    expect(said(brought, text)).toContain(SILENT);
  });

  test("weigh as any other word does", () => {
    const weight = (title: string, text: string) => {
      const changes = [
        deploy("d", -9, "checkout", { carries: [title] }),
        merge(title, 7, ["src/x.ts"]),
      ];
      const evidence = rank(changes, told(text)).suspects[0]?.evidence ?? [];
      return evidence.find(({ sentence }) => sentence.includes("words occur in"))?.logOdds;
    };
    expect(weight("Tidy post codes", "no post code")).toBeGreaterThan(0);
    expect(weight("Tidy post codes", "no post code")).toBe(weight("Tidy vouchers", "no voucher"));
  });
});

describe("one word and many of it are the same", () => {
  test.each([
    ["address", "addresses"],
    ["process", "processes"],
    ["fees", "fee"],
    ["jobs", "job"],
    ["currency", "currencies"],
  ])("%s and %s", (one, many) => {
    const about = (file: string) => [
      deploy("d", -9, "checkout", { carries: ["m"] }),
      merge("m", 7, [`src/${file}.ts`]),
    ];
    for (const [file, word] of [
      [one, many],
      [many, one],
    ] as const) {
      const { wordsOf } = rank(about(file), told(`nothing but ${word} went wrong`));
      expect(wordsOf("d").join()).toContain(`“${word}”`);
    }
  });
});

describe("what programs print of outside causes", () => {
  test.each([
    ["write /var/lib/data: no space left on device", "something that was full"],
    ['nextval: reached maximum value of sequence "events_id_seq"', "numbers that ran out"],
    ["database is not accepting commands to avoid wraparound data loss", "numbers that ran out"],
    ["lookup api.partner: Temporary failure in name resolution", "the network"],
    ["the token of the mail account ran out on Sunday", "something that expires"],
    ["Error 503 Guru Meditation", "a cloud or data centre"],
    ["their status page is red", "somebody else's service"],
    ["all JVMs spin since the leap second", "the calendar"],
  ])("%s", (text, of) => {
    const { outside, noRecentChange } = rank([deploy("d", -9)], told(text));
    expect(outside.join()).toContain(`speak of ${of}:`);
    expect(noRecentChange.probability).toBeGreaterThan(
      rank([deploy("d", -9)]).noRecentChange.probability,
    );
  });

  test("counts for nothing where a change near the harm is about the same", () => {
    const texts = told("no space left on device");
    const near = [deploy("d", -9, "checkout", { carries: ["m"] }), merge("m", 7, ["src/space.ts"])];
    expect(rank(near, texts).outside.join()).not.toContain("full");
  });

  test.each([
    "Traffic is normal",
    "The provider's status page is green",
    "It's not DNS",
    "No incident at the provider",
    "ruled out: certificate",
  ])("counts for nothing where somebody looked and found none: %s", (text) => {
    expect(rank([deploy("d", -9)], told(text)).outside.join()).not.toContain("speak of");
  });

  test("is heard beside what was cleared", () => {
    const text = "Traffic is normal. x509: certificate has expired";
    const { outside } = rank([deploy("d", -9)], told(text));
    expect(outside.join()).toContain("“certificate”");
    expect(outside.join()).not.toContain("traffic");
  });

  test("isn't what somebody else refuses us since we asked otherwise", () => {
    const said = (text: string) => rank([deploy("d", -9)], told(text)).outside.join();
    expect(said("payment provider: 503")).toContain("somebody else's service");
    expect(said("payment provider: 422 currency is missing")).not.toContain("somebody else");
  });
});

describe("hosts", () => {
  const said = (...texts: string[]) => rank([deploy("d", -9)], told(...texts)).outside.join();

  test("of somebody else that fail", () => {
    expect(said("503 from api.maps.example")).toContain("say that api.maps.example fails");
    expect(said("tag.js of cdn.ads.example takes 4 s")).toContain("name cdn.ads.example");
  });

  test("of ours aren't outside, nor are links to tools, nor what shares their domain", () => {
    expect(said("503 from checkout.prod.acme.com")).not.toContain("outside host");
    expect(said("see https://grafana.acme.com/d/7", "503 from img.acme.com")).not.toContain(
      "outside host",
    );
  });

  test("are taken from among many, those that fail first", () => {
    const many = Array.from({ length: 200 }, (_, i) => `h${i}.ads.example`).join(" ");
    expect(said(many, "timeout at api.bank.example")).toContain("api.bank.example fails");
  });
});
