/*
 * IDispatch for all objects, by the tables that are made from the IDL. Called by the objects' own IDispatch
 * slots.
 */
#include "com/dispatch.h"

#include <limits.h>

#include "com/contract.h"
#include "com/failure.h"
#include "com/typeinfo.h"
#include "com/variants.h"
#include "com/vtablecall.h"
#include "compat/variant.h"

/* No argument of the caller's is to blame. */
#define NO_ARGUMENT UINT_MAX

HRESULT dispatch_type_info_count(UINT *count) {
    if (!count)
        return E_POINTER;
#ifdef _WIN32
    *count = 1;
#else
    *count = 0;
#endif
    return S_OK;
}

HRESULT dispatch_type_info(REFIID itf, UINT index, ITypeInfo **info) {
    if (!info)
        return E_POINTER;
    *info = NULL;
#ifdef _WIN32
    return index ? DISP_E_BADINDEX : typeinfo_get(itf, info);
#else
    (void)itf;
    (void)index;
    return E_NOTIMPL;
#endif
}

HRESULT dispatch_ids_of_names(REFIID itf, REFIID riid, LPOLESTR *names, UINT count, DISPID *ids) {
    if (!ids)
        return E_POINTER;
    for (UINT i = 0; i < count; ++i)
        ids[i] = DISPID_UNKNOWN;
    if (!riid || !IsEqualIID(riid, &IID_NULL))
        return DISP_E_UNKNOWNINTERFACE;
    const struct contract_interface *contract = contract_by_iid(itf);
    if (!contract || !names || !count || !names[0])
        return E_INVALIDARG;
    const struct contract_member *member = contract_member_by_name(contract, names[0]);
    if (!member)
        return DISP_E_UNKNOWNNAME;
    ids[0] = member->dispid;
    HRESULT hr = S_OK;
    for (UINT i = 1; i < count; ++i) {
        ids[i] = names[i] ? contract_parameter_by_name(member, names[i]) : DISPID_UNKNOWN;
        if (ids[i] == DISPID_UNKNOWN)
            hr = DISP_E_UNKNOWNNAME;
    }
    return hr;
}

/*
 * The member that is meant. A call of a method may also mean a property: scripts ask for both where
 * they write "x = object.Name".
 */
static const struct contract_member *find_member(const struct contract_interface *contract, DISPID dispid,
                                                 WORD flags) {
    const struct contract_member *member = NULL;
    if (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF))
        return contract_member_by_dispid(contract, dispid, CONTRACT_PUT);
    if (flags & DISPATCH_METHOD)
        member = contract_member_by_dispid(contract, dispid, CONTRACT_METHOD);
    if (!member && flags & DISPATCH_PROPERTYGET)
        member = contract_member_by_dispid(contract, dispid, CONTRACT_GET);
    return member;
}

/* A call on its way: the method's parameters and what the caller passes for them. */
struct call {
    const struct contract_member *member;
    const DISPPARAMS *params;
    size_t count;                                           /* parameters */
    struct argument arguments[CONTRACT_PARAMETERS_MAX + 1]; /* the last one used has no parameter */
    UINT bad; /* the caller's argument that is to blame, or NO_ARGUMENT */
};

static HRESULT blame(struct call *call, UINT index, HRESULT hr) {
    call->bad = index;
    return hr;
}

static void call_init(struct call *call, const struct contract_member *member, const DISPPARAMS *params,
                      argument_buffer make_buffer) {
    call->member = member;
    call->params = params;
    call->count = member->parameter_count;
    call->bad = NO_ARGUMENT;
    /* Most members have one or two: the room for the others is not touched, but for the end of the list. */
    for (size_t i = 0; i < call->count; ++i)
        call->arguments[i] = (struct argument){.parameter = &member->parameters[i],
                                               .make_buffer = make_buffer,
                                               .address = &call->arguments[i].value};
    call->arguments[call->count].parameter = NULL;
}

/* Parameters that the caller fills: all but the result. */
static size_t call_parameters(const struct call *call) {
    const bool has_result = call->count && call->member->parameters[call->count - 1].flags & CONTRACT_RETVAL;
    return call->count - (has_result ? 1 : 0);
}

/* Gives the caller's argument `index` to the parameter `at`. */
static HRESULT assign(struct call *call, size_t at, UINT index) {
    VARIANTARG *given = &call->params->rgvarg[index];
    struct argument *argument = &call->arguments[at];
    if (argument->given)
        return blame(call, index, E_INVALIDARG);
    if (!variant_type_known(V_VT(given)))
        return blame(call, index, DISP_E_BADVARTYPE);
    argument->index = index;
    argument->given = given;
    return S_OK;
}

/* Arguments by name: for a method the parameter's number, for a property only the value that is put. */
static HRESULT assign_named(struct call *call) {
    const DISPPARAMS *params = call->params;
    for (UINT i = 0; i < params->cNamedArgs; ++i) {
        const DISPID id = params->rgdispidNamedArgs[i];
        HRESULT hr;
        if (call->member->kind == CONTRACT_METHOD && id >= 0 && (size_t)id < call_parameters(call))
            hr = assign(call, (size_t)id, i);
        else if (call->member->kind == CONTRACT_PUT && id == DISPID_PROPERTYPUT)
            hr = assign(call, call->count - 1, i);
        else
            return blame(call, i,
                         call->member->kind == CONTRACT_METHOD ? DISP_E_PARAMNOTFOUND : DISP_E_NONAMEDARGS);
        if (FAILED(hr))
            return hr;
    }
    return S_OK;
}

/* Whether the caller says by VT_ERROR that there is no argument. */
static bool says_missing(const struct argument *argument) {
    const VARIANTARG *content = argument->given ? variants_content(argument->given) : NULL;
    return content && V_VT(content) == VT_ERROR && V_ERROR(content) == DISP_E_PARAMNOTFOUND;
}

/* What is left out must have a default. A VARIANT may be such a "missing" itself: the method sees it. */
static HRESULT check_missing(struct call *call) {
    for (size_t i = 0; i < call_parameters(call); ++i) {
        struct argument *argument = &call->arguments[i];
        const unsigned flags = argument->parameter->flags;
        if (argument->given && (!says_missing(argument) || argument->parameter->type == CONTRACT_VARIANT))
            continue;
        if (argument->given && (!(flags & CONTRACT_OPTIONAL) || call->member->kind == CONTRACT_PUT))
            return blame(call, argument->index, DISP_E_PARAMNOTOPTIONAL);
        if (!(flags & CONTRACT_OPTIONAL))
            return DISP_E_BADPARAMCOUNT;
        argument->given = NULL;
    }
    return S_OK;
}

/*
 * Which argument is for which parameter: the last ones in rgvarg are the first parameters, those with names
 * lead.
 */
static HRESULT call_assign(struct call *call) {
    const DISPPARAMS *params = call->params;
    const UINT named = params->cNamedArgs;
    if (named > params->cArgs || (params->cArgs && !params->rgvarg) || (named && !params->rgdispidNamedArgs))
        return E_INVALIDARG;
    if (params->cArgs > call_parameters(call))
        return DISP_E_BADPARAMCOUNT;
    if (call->member->kind == CONTRACT_PUT && !named)
        return DISP_E_PARAMNOTFOUND;
    HRESULT hr = S_OK;
    for (UINT i = 0; SUCCEEDED(hr) && i < params->cArgs - named; ++i)
        hr = assign(call, i, params->cArgs - 1 - i);
    if (SUCCEEDED(hr))
        hr = assign_named(call);
    return SUCCEEDED(hr) ? check_missing(call) : hr;
}

/* Byte arrays and tables come last: their sizes are in other arguments. */
static HRESULT call_take(struct call *call) {
    for (int counted = 0; counted < 2; ++counted) {
        for (size_t i = 0; i < call_parameters(call); ++i) {
            if ((call->arguments[i].parameter->size != CONTRACT_NO_PARAMETER) != (counted != 0))
                continue;
            const HRESULT hr = argument_take(call->arguments, i);
            if (FAILED(hr))
                return blame(call, call->arguments[i].index, hr);
        }
    }
    return S_OK;
}

/*
 * Gives back what came out of a call that succeeded. Returns the first failure, and gives back the rest
 * nevertheless.
 */
static HRESULT call_give(struct call *call, VARIANT *result) {
    HRESULT first = S_OK;
    for (size_t i = 0; i < call->count; ++i) {
        HRESULT hr = S_OK;
        const struct argument *argument = &call->arguments[i];
        if (argument->parameter->flags & CONTRACT_RETVAL)
            hr = result ? argument_give(call->arguments, i, result) : S_OK;
        else if (argument->parameter->flags & CONTRACT_OUT)
            hr = argument_store(call->arguments, i);
        if (FAILED(hr) && SUCCEEDED(first))
            first = blame(call, argument->given ? argument->index : NO_ARGUMENT, hr);
    }
    return first;
}

/*
 * After a call that failed: the numbers that go in and come out, as who calls through the vtable sees them,
 * too. Some methods say by them how the caller could do better: the tries that a code has left, how many
 * entries a table needs.
 */
static void call_give_numbers(struct call *call) {
    for (size_t i = 0; i < call->count; ++i) {
        const struct contract_parameter *const parameter = call->arguments[i].parameter;
        const unsigned both = CONTRACT_IN | CONTRACT_OUT;
        if (parameter->type == CONTRACT_LONG && (parameter->flags & both) == both)
            (void)argument_store(call->arguments, i); /* the method's own failure is what is told */
    }
}

/* What a method's failure says to people. */
static HRESULT exception(const struct contract_interface *contract, HRESULT hr, EXCEPINFO *info) {
    if (info)
        *info = (EXCEPINFO){
            .scode = hr, .bstrSource = failure_source(contract), .bstrDescription = failure_description(hr)};
    return DISP_E_EXCEPTION;
}

static HRESULT call_run(struct call *call, IDispatch *object, const struct contract_interface *contract,
                        VARIANT *result, EXCEPINFO *info) {
    HRESULT returned = E_UNEXPECTED;
    HRESULT hr = call_assign(call);
    if (SUCCEEDED(hr))
        hr = call_take(call);
    if (SUCCEEDED(hr))
        hr = vtablecall(object, call->member->slot, call->arguments, call->count, &returned);
    if (FAILED(hr))
        return hr;
    if (SUCCEEDED(returned))
        return call_give(call, result);
    call_give_numbers(call);
    return exception(contract, returned, info);
}

HRESULT dispatch_invoke(const struct dispatch_target *target, DISPID dispid, REFIID riid, WORD flags,
                        DISPPARAMS *params, VARIANT *result, EXCEPINFO *info, UINT *bad_argument) {
    if (result)
        VariantInit(result);
    if (!riid || !IsEqualIID(riid, &IID_NULL))
        return DISP_E_UNKNOWNINTERFACE;
    const struct contract_interface *contract = contract_by_iid(target->iid);
    if (!contract || !params)
        return E_INVALIDARG;
    const struct contract_member *member = find_member(contract, dispid, flags);
    if (!member)
        return DISP_E_MEMBERNOTFOUND;
    struct call call;
    call_init(&call, member, params, target->make_buffer);
    const HRESULT hr = call_run(&call, target->object, contract, result, info);
    for (size_t i = 0; i < call.count; ++i)
        argument_clear(&call.arguments[i]);
    if (FAILED(hr) && bad_argument && call.bad != NO_ARGUMENT)
        *bad_argument = call.bad;
    return hr;
}
