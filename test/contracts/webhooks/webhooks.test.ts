import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { DynamoDeliveryStore } from "../../../lambdas/webhooks/dynamodb-delivery-store.ts";
import { DynamoWebhookSecrets } from "../../../lambdas/webhooks/dynamodb-webhook-secrets.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { MemoryDeliveryStore } from "../../support/fakes/webhooks/delivery-store.ts";
import { MemoryWebhookSecrets } from "../../support/fakes/webhooks/webhook-secrets.ts";
import { newTable } from "../../support/table.ts";
import { deliveryStoreContract, webhookSecretsContract } from "./webhooks.contract.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));

deliveryStoreContract("the fake", async () => new MemoryDeliveryStore());
deliveryStoreContract(
  "DynamoDB",
  async () => new DynamoDeliveryStore(client, await newTable(client)),
);
webhookSecretsContract("the fake", async (fresh) => new MemoryWebhookSecrets(fresh));
webhookSecretsContract(
  "DynamoDB",
  async (fresh) => new DynamoWebhookSecrets(client, await newTable(client), fresh),
);
