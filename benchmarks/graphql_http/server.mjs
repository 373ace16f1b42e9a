// Serve the studio's schema with graphql-yoga or mercurius, from records in memory.
// usage: node server.mjs yoga|mercurius SCHEMA DATA   (prints the port)
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [kind, schemaFile, dataFile] = process.argv.slice(2);
const { secret, period, lifetime, generations } = JSON.parse(readFileSync(dataFile, "utf8"));
const key = Buffer.from(secret, "hex");
// The directives are AppSync's, which defines them itself.
const directives = `
directive @aws_cognito_user_pools on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_subscribe(mutations: [String!]) on FIELD_DEFINITION
`;
const typeDefs = directives + readFileSync(schemaFile, "utf8");
const byId = new Map(generations.map((generation) => [generation.id, generation]));

const expiry = () => Math.floor(Date.now() / 1000 / period) * period + lifetime;

function sign(object, downloadName) {
	const expires = expiry();
	const signed = JSON.stringify([object, expires, downloadName ?? null]).replaceAll(",", ", ");
	const signature = createHmac("sha256", key).update(signed).digest("base64url");
	const download = downloadName ? `&download=${encodeURIComponent(downloadName)}` : "";
	return `/images/${object}?expires=${expires}${download}&signature=${signature}`;
}

const cursorOf = (id) => Buffer.from(id).toString("base64").replaceAll("+", "-").replaceAll("/", "_");

function page(first) {
	const edges = generations.slice(0, first).map((node) => ({ cursor: cursorOf(node.id), node }));
	return {
		edges,
		pageInfo: {
			hasNextPage: generations.length > first,
			hasPreviousPage: false,
			startCursor: edges[0]?.cursor ?? null,
			endCursor: edges.at(-1)?.cursor ?? null,
		},
	};
}

const resolvers = {
	Query: {
		generation: async (_, { id }) => byId.get(id) ?? null,
		generations: async (_, { first }) => page(first ?? 24),
	},
	Generation: { queuePosition: async () => null },
	Image: {
		url: (image) => sign(image.key),
		downloadUrl: (image) => sign(image.key, image.fileName),
		thumbnailUrl: (image) => sign(image.thumbnailKey),
		expiresAt: () => new Date(expiry() * 1000).toISOString(),
	},
};

async function serveYoga() {
	const { createSchema, createYoga } = await import("graphql-yoga");
	const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false });
	const server = createServer(yoga);
	await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
	return server.address().port;
}

async function serveMercurius() {
	const { default: fastify } = await import("fastify");
	const { default: mercurius } = await import("mercurius");
	const app = fastify();
	app.register(mercurius, { schema: typeDefs, resolvers, jit: 1 });
	await app.listen({ port: 0, host: "127.0.0.1" });
	return app.server.address().port;
}

console.log(kind === "yoga" ? await serveYoga() : await serveMercurius());
process.stdin.resume().on("end", () => process.exit(0));
