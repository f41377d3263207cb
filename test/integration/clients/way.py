"""The way of a document with the generated Python client; prints what a search found."""

import os
import sys

from sluice_client import AuthenticatedClient
from sluice_client.api.documents import get_document, ingest, remove_document
from sluice_client.api.jobs import get_job
from sluice_client.api.search import search
from sluice_client.models import (
    Accepted,
    Attributes,
    Document,
    ErrorEnvelope,
    IngestText,
    Job,
    SearchFilter,
    SearchRequest,
    SearchResults,
)

client = AuthenticatedClient(
    base_url=os.environ["SLUICE_API_URL"],
    token=os.environ["SLUICE_API_KEY"],
    prefix="",
    auth_header_name="x-api-key",
)

attributes = Attributes()
attributes["team"] = "people"
sent = IngestText(
    text="Everyone has 30 days of leave a year.",
    document_id="python-handbook",
    attributes=attributes,
)
accepted = ingest.sync(client=client, body=sent, idempotency_key="python-1")
assert isinstance(accepted, Accepted), accepted

job = get_job.sync(id=accepted.job_id, client=client)
while isinstance(job, Job) and not job.terminal:
    job = get_job.sync(
        id=accepted.job_id, client=client, wait_seconds=10, after_version=job.version
    )
assert isinstance(job, Job), job
assert job.status == "completed", job

question = SearchRequest(
    query="days of leave", filter_=SearchFilter(document_id="python-handbook")
)
found = search.sync(client=client, body=question)
assert isinstance(found, SearchResults), found

removed = remove_document.sync(id="python-handbook", client=client)
assert isinstance(removed, Document), removed
gone = get_document.sync(id="python-handbook", client=client)
assert isinstance(gone, ErrorEnvelope) and gone.code == "not_found", gone

sys.stdout.write(found.results[0].text)
