// A small server on Fedify for Folkmoot's tests: people, their keys, WebFinger, inboxes, notes. A test tells it what to
// do on a second port, one POST per deed, and reads there what came in and whether Fedify found it properly signed.
// Prints one line of JSON with both addresses when it listens, and ends when its standard input does.

import { createServer } from "node:http";
import {
  createFederation, generateCryptoKeyPair, getDocumentLoader, MemoryKvStore, signObject, signRequest, verifyObject,
  verifyRequest,
} from "@fedify/fedify";
import {
  Accept, Activity, Announce, Create, Delete, Follow, isActor, Like, Mention, Note, Person, PUBLIC_COLLECTION,
  Tombstone, traverseCollection, Undo, Update,
} from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

const PEOPLE = ["river", "mallory", "brook"];
const SCHEMES = { cavage: "draft-cavage-http-signatures-12", rfc9421: "rfc9421" };
const MEDIA_TYPE = "application/activity+json";

// Fedify resolves handles over https alone, as it should. Nobody has a certificate for loopback.
const overTheWire = globalThis.fetch;
globalThis.fetch = (input, init) =>
  typeof input === "string" || input instanceof URL
    ? overTheWire(String(input).replace(/^https:\/\/127\.0\.0\.1:/, "http://127.0.0.1:"), init)
    : overTheWire(input, init);

const documentLoader = getDocumentLoader({ allowPrivateAddress: true });
const loaders = { documentLoader, contextLoader: documentLoader };
const keys = {};
for (const name of PEOPLE) keys[name] = await newKeys();
const notes = new Map();
const received = [];
let onlyScheme = null; // the inbox then refuses requests that are signed in any other
let closed = false; // people and notes are then shown to those who sign their requests
let count = 0;

const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true });
federation
  .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
    if (!PEOPLE.includes(identifier)) return null;
    const pairs = await ctx.getActorKeyPairs(identifier);
    return new Person({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      name: identifier,
      summary: "Lives elsewhere.",
      inbox: ctx.getInboxUri(identifier),
      outbox: ctx.getOutboxUri(identifier),
      followers: ctx.getFollowersUri(identifier),
      url: ctx.getActorUri(identifier),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher((_, identifier) => keys[identifier] ?? [])
  .authorize(mayRead);
federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [] }));
federation.setObjectDispatcher(Note, "/notes/{id}", (_, { id }) => notes.get(id) ?? null).authorize(mayRead);
federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Follow, async (ctx, follow) => {
    const { identifier } = ctx.parseUri(follow.objectId);
    const accept = new Accept({ id: fresh("accepts"), actor: follow.objectId, object: follow });
    await ctx.sendActivity({ identifier }, await follow.getActor(loaders), accept);
  })
  .on(Activity, () => {});

const seen = createServer(answering(async (request) => {
  const signed = request.headers.get("signature-input") ? "rfc9421" : "cavage";
  if (request.method !== "POST") return await federation.fetch(request, { contextData: null });
  if (onlyScheme !== null && signed !== onlyScheme) return new Response("sign it the other way", { status: 401 });
  const activity = await request.clone().json();
  const entry = {
    activity,
    scheme: signed,
    signed_by: (await verifyRequest(request.clone(), loaders))?.ownerId?.href ?? null,
    proven: await isProven(activity),
    proven_inside: activity.object?.actor ? await isProven(activity.object) : null,
  };
  const answer = await federation.fetch(request, { contextData: null });
  received.push({ ...entry, answered: answer.status });
  return answer;
}));

async function newKeys() {
  return [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
}

async function mayRead(ctx) {
  return !closed || (await ctx.getSignedKeyOwner()) !== null;
}

async function isProven(document) {
  try {
    return document.proof !== undefined && (await verifyObject(Activity, document, loaders)) !== null;
  } catch (error) {
    return String(error);
  }
}

const deeds = {
  async received() {
    return received;
  },

  async be({ only_scheme, reads_signed }) {
    onlyScheme = only_scheme ?? null;
    closed = reads_signed ?? false;
  },

  async change_keys({ of }) {
    keys[of] = await newKeys();
  },

  async list({ what, name }) {
    const owner = await context().lookupObject(what, loaders);
    const collection = await owner[`get${name}`](loaders);
    const items = await Array.fromAsync(traverseCollection(collection, loaders));
    return { id: collection.id.href, total: collection.totalItems, items: items.map((item) => item.id.href) };
  },

  async look_up({ what, signed_by }) {
    const signed = signed_by && (await context().getDocumentLoader({ identifier: signed_by }));
    const found = await context().lookupObject(what, { ...loaders, documentLoader: signed || documentLoader });
    if (found === null) return null;
    const answer = { id: found.id.href, type: found.constructor.name, name: String(found.name ?? "") };
    if (!isActor(found)) return { ...answer, summary: String(found.summary ?? ""), content: String(found.content ?? "") };
    const proofKeys = await Array.fromAsync(found.getAssertionMethods(loaders));
    return {
      ...answer,
      handle: String(found.preferredUsername),
      inbox: found.inboxId.href,
      request_key: (await found.getPublicKey(loaders))?.publicKey?.algorithm.name ?? null,
      proof_keys: proofKeys.map((key) => key.publicKey.algorithm.name),
    };
  },

  async follow({ actor }) {
    return await send(new Follow({ id: fresh("follows"), actor: uri("river"), object: new URL(actor) }), actor);
  },

  async reply({ to, content, by = "river" }) {
    const parent = await context().lookupObject(to, loaders);
    const author = await parent.getAttribution(loaders);
    const tags = [new Mention({ href: author.id, name: `@${author.preferredUsername}@${author.id.host}` })];
    return await publish(by, { content, replyTarget: parent.id, tags }, author.id);
  },

  async say({ content, to }) {
    return await publish("river", { content }, new URL(to));
  },

  async vote({ poll, option, to }) {
    const ballot = new Note({
      id: fresh("ballots"), attribution: uri("river"), replyTarget: new URL(poll), name: option, to: new URL(to),
    });
    return await send(new Create({ id: fresh("creates"), actor: uri("river"), object: ballot, to: new URL(to) }), to);
  },

  async boost({ object, to }) {
    const cc = new URL("/users/river/followers", origin);
    const [actor, boosted] = [uri("river"), new URL(object)];
    return await send(new Announce({ id: fresh("boosts"), actor, object: boosted, to: PUBLIC_COLLECTION, cc }), to);
  },

  async leave({ who, to }) {
    const gone = new Delete({ id: fresh("deletes"), actor: uri(who), object: uri(who), to: PUBLIC_COLLECTION });
    return await send(gone, to, who);
  },

  async edit({ note, content, to }) {
    const id = note.split("/").at(-1);
    const changed = notes.get(id).clone({ content, updated: Temporal.Now.instant() });
    notes.set(id, changed);
    const { toIds, ccIds } = changed;
    return await send(new Update({ id: fresh("updates"), actor: uri("river"), object: changed, tos: toIds, ccs: ccIds }), to);
  },

  async like({ object, to }) {
    return await send(new Like({ id: fresh("likes"), actor: uri("river"), object: new URL(object) }), to);
  },

  async undo({ activity, to }) {
    const undone = await Activity.fromJsonLd(activity, loaders);
    return await send(new Undo({ id: fresh("undos"), actor: uri("river"), object: undone }), to);
  },

  async delete({ note, to }) {
    notes.delete(note.split("/").at(-1));
    const object = new Tombstone({ id: new URL(note) });
    const gone = new Delete({ id: fresh("deletes"), actor: uri("river"), object, to: PUBLIC_COLLECTION });
    return await send(gone, to);
  },

  // One request exactly as told, honest or not: who proves the activity (and with whose key), who signs the request and
  // how, and what is changed after each.
  async deliver({ inbox, activity, proof_by, proof_with, change_proven, sign_by, scheme, change_signed }) {
    let document = { "@context": "https://www.w3.org/ns/activitystreams", id: fresh("acts").href, ...activity };
    if (proof_by) {
      const [, pair] = await context().getActorKeyPairs(proof_with ?? proof_by);
      const object = await Activity.fromJsonLd(document, loaders);
      const keyId = new URL(`/users/${proof_by}#multikey-2`, origin);
      const proven = await signObject(object, pair.privateKey, keyId, loaders);
      document = { ...(await proven.toJsonLd({ ...loaders, format: "compact" })), ...change_proven };
    }
    const body = JSON.stringify(document);
    const headers = { "content-type": MEDIA_TYPE };
    let request = new Request(inbox, { method: "POST", headers, body });
    if (sign_by) {
      const [pair] = await context().getActorKeyPairs(sign_by);
      request = await signRequest(request, pair.privateKey, pair.keyId, { spec: SCHEMES[scheme] });
    }
    const sent = change_signed ? new Request(inbox, { method: "POST", headers: request.headers, body: body + " " }) : request;
    const answer = await fetch(sent);
    return { status: answer.status, text: await answer.text(), id: document.id };
  },
};

// The ordinary way: Fedify adds the proof, signs the request, and tries the other scheme if one is refused.
async function send(activity, to, by = "river") {
  const recipient = await context().lookupObject(to, loaders);
  await context().sendActivity({ identifier: by }, recipient, activity);
  return await activity.toJsonLd({ ...loaders, format: "compact" });
}

async function publish(by, values, reader) {
  const id = String(++count);
  const note = new Note({
    id: new URL(`/notes/${id}`, origin),
    attribution: uri(by),
    published: Temporal.Now.instant(),
    to: PUBLIC_COLLECTION,
    ccs: [reader, new URL(`/users/${by}/followers`, origin)],
    ...values,
  });
  notes.set(id, note);
  const { toIds, ccIds } = note;
  const create = new Create({ id: fresh("creates"), actor: uri(by), object: note, tos: toIds, ccs: ccIds });
  return await send(create, reader.href, by);
}

const context = () => federation.createContext(origin, null);
const uri = (name) => context().getActorUri(name);
const fresh = (kind) => new URL(`/${kind}/${++count}`, origin);

const told = createServer(answering(async (request) => {
  const deed = deeds[new URL(request.url).pathname.slice(1)];
  if (request.method !== "POST" || deed === undefined) return Response.json("no such deed", { status: 404 });
  return Response.json((await deed(await request.json())) ?? null);
}));

// Node's requests and answers as the Fetch API's, which Fedify works with.
function answering(handle) {
  return async (incoming, outgoing) => {
    try {
      const chunks = await Array.fromAsync(incoming);
      const answer = await handle(
        new Request(`http://${incoming.headers.host}${incoming.url}`, {
          method: incoming.method,
          headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
          body: incoming.method === "POST" ? Buffer.concat(chunks) : undefined,
        }),
      );
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      outgoing.end(Buffer.from(await answer.arrayBuffer()));
    } catch (error) {
      outgoing.writeHead(500, { "content-type": "application/json" });
      outgoing.end(JSON.stringify(String(error?.stack ?? error)));
    }
  };
}

async function listen(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new URL(`http://127.0.0.1:${server.address().port}/`);
}

const origin = await listen(seen);
console.log(JSON.stringify({ origin: origin.origin, control: (await listen(told)).origin }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
