//! A request and the trace that it is part of in; a span of it out, sent to a collector by OTLP, where the feature `otlp` is on; nothing at all where it
//! is not.

#[cfg(feature = "otlp")]
mod on {
    use axum::http::{HeaderMap, Method};
    use opentelemetry::propagation::{Extractor, TextMapPropagator};
    use opentelemetry::trace::TracerProvider;
    use opentelemetry_otlp::SpanExporter;
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing::field::Empty;
    use tracing::{Instrument, Span};
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;

    struct Headers<'h>(&'h HeaderMap);

    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key)?.to_str().ok()
        }
        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(axum::http::HeaderName::as_str).collect()
        }
    }

    /// The span of a request.
    pub(crate) struct Seen(Span);

    impl Seen {
        pub(crate) fn of(headers: &HeaderMap, method: &Method, route: &str) -> Seen {
            let span = tracing::info_span!(
                "leidraad.request", otel.kind = "server", http.request.method = %method, http.route = route, http.response.status_code = Empty
            );
            // A trace that is none begins a new one.
            let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(headers)));
            Seen(span)
        }
        pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
            work.instrument(self.0.clone()).await
        }
        pub(crate) fn came(&self, status: u16) {
            self.0.record("http.response.status_code", status);
        }
    }

    /// Spans that are sent to a collector, as the environment says where: `OTEL_EXPORTER_OTLP_ENDPOINT`, and the other names of OpenTelemetry.
    #[derive(Debug)]
    pub struct Traces(SdkTracerProvider);

    impl Traces {
        /// Begins to send them.
        ///
        /// # Errors
        /// What the environment says is no address, or spans are sent elsewhere already.
        pub fn start() -> std::io::Result<Traces> {
            let exporter = SpanExporter::builder().with_http().build().map_err(std::io::Error::other)?;
            let resource = Resource::builder().with_service_name("leidraad").build();
            let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
            let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("leidraad"));
            tracing_subscriber::registry().with(layer).try_init().map_err(std::io::Error::other)?;
            Ok(Traces(provider))
        }
    }

    impl Drop for Traces {
        fn drop(&mut self) {
            // A collector that is away has missed them.
            let _ = self.0.shutdown();
        }
    }
}

#[cfg(not(feature = "otlp"))]
mod on {
    use axum::http::{HeaderMap, Method};

    /// No span.
    pub(crate) struct Seen;

    impl Seen {
        pub(crate) fn of(_: &HeaderMap, _: &Method, _: &str) -> Seen {
            Seen
        }
        #[allow(clippy::unused_self, reason = "where spans are sent, it is used")]
        pub(crate) fn during<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
            work
        }
        #[allow(clippy::unused_self, reason = "where spans are sent, it is used")]
        pub(crate) fn came(&self, _: u16) {}
    }
}

pub(crate) use on::Seen;
#[cfg(feature = "otlp")]
pub use on::Traces;
